/*
 * The floor: the least that telling N subscribers can cost. Whatever is read from standard input
 * (four bytes of length, big-endian, then so many bytes) is written to every connection, once.
 *
 * It accepts on a free port of 127.0.0.1, which is the first thing it prints; to each request it
 * answers with a head and then holds the connection. It checks nothing, drops nobody, and is no
 * server: `tocsin bench fanout` divides by it.
 *
 *     cc -O2 -o floor fanout_floor.c
 *     cc -O2 -DWITH_TLS -o floor fanout_floor.c -lssl -lcrypto    then: floor CHAIN.pem KEY.pem
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#ifdef WITH_TLS
#include <openssl/ssl.h>
#endif

enum { DESCRIPTORS = 1 << 20, EVENTS = 256, FRAME_BYTES = 1 << 20 };

static const char HEAD[] =
    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";

static int told[DESCRIPTORS]; /* Who is told, in the order of coming. */
static int count;
#ifdef WITH_TLS
static SSL_CTX *context;
static SSL *sessions[DESCRIPTORS];
#endif

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static int listen_anywhere(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof address;
    int on = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (bind(listener, (struct sockaddr *)&address, size) || listen(listener, 4096) ||
        getsockname(listener, (struct sockaddr *)&address, &size))
        fail("listen");
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    return listener;
}

static void watch(int epoll, int descriptor, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.fd = descriptor};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event))
        fail("epoll_ctl");
}

static void read_whole(char *into, size_t size)
{
    while (size) {
        ssize_t got = read(STDIN_FILENO, into, size);
        if (got <= 0)
            exit(0); /* Whoever measures is gone. */
        into += got;
        size -= got;
    }
}

static void tell_all(void)
{
    static char frame[FRAME_BYTES];
    uint32_t length;
    read_whole((char *)&length, sizeof length);
    length = ntohl(length);
    if (length > FRAME_BYTES)
        exit(1);
    read_whole(frame, length);
    for (int at = 0; at < count; at++) {
#ifdef WITH_TLS
        if (SSL_write(sessions[told[at]], frame, length) != (int)length)
            fprintf(stderr, "short\n");
#else
        if (write(told[at], frame, length) != (ssize_t)length)
            fprintf(stderr, "short\n");
#endif
    }
}

static void hear(int descriptor)
{
    static char request[65536];
#ifdef WITH_TLS
    int got = SSL_read(sessions[descriptor], request, sizeof request);
#else
    ssize_t got = read(descriptor, request, sizeof request);
#endif
    if (got <= 0 || !memmem(request, got, "\r\n\r\n", 4))
        return;
#ifdef WITH_TLS
    SSL_write(sessions[descriptor], HEAD, sizeof HEAD - 1);
#else
    if (write(descriptor, HEAD, sizeof HEAD - 1) < 0)
        return;
#endif
    told[count++] = descriptor;
}

static void let_in(int epoll, int listener)
{
    int descriptor;
    while ((descriptor = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
        if (descriptor >= DESCRIPTORS)
            exit(1);
#ifdef WITH_TLS
        sessions[descriptor] = SSL_new(context);
        SSL_set_fd(sessions[descriptor], descriptor);
        SSL_set_accept_state(sessions[descriptor]);
#endif
        watch(epoll, descriptor, EPOLLIN | EPOLLET);
    }
}

int main(int arguments, char **argument)
{
    struct epoll_event events[EVENTS];
    int epoll = epoll_create1(0), listener;
    (void)arguments, (void)argument;
    signal(SIGPIPE, SIG_IGN);
#ifdef WITH_TLS
    context = SSL_CTX_new(TLS_server_method());
    if (arguments < 3 || SSL_CTX_use_certificate_chain_file(context, argument[1]) != 1 ||
        SSL_CTX_use_PrivateKey_file(context, argument[2], SSL_FILETYPE_PEM) != 1)
        fail("certificate");
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
#endif
    listener = listen_anywhere();
    watch(epoll, listener, EPOLLIN);
    watch(epoll, STDIN_FILENO, EPOLLIN);
    for (;;) {
        int ready = epoll_wait(epoll, events, EVENTS, -1);
        for (int at = 0; at < ready; at++) {
            int descriptor = events[at].data.fd;
            if (descriptor == listener)
                let_in(epoll, listener);
            else if (descriptor == STDIN_FILENO)
                tell_all();
            else
                hear(descriptor);
        }
    }
}
