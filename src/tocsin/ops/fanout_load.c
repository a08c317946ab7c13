/*
 * The load: N subscribers of one server, and when each of them received a message.
 *
 *     load PORT N REQUEST_FILE
 *
 * It connects N times from 127.0.0.2 to 127.0.0.9, sends the file's bytes on each connection,
 * waits for the end of a head, and prints `ready N`. For each line `MARK` on standard input it
 * prints `armed`, then reads until every connection has received those bytes, for at most 15 s,
 * and prints how many have, and when the middle one, the one at 99 % and the last one had, in
 * nanoseconds since 1970: `COUNT P50 P99 LAST`.
 *
 * That moment is when the kernel put the bytes into the subscriber's socket (SO_TIMESTAMPNS): what
 * left the server, and not how fast this program reads. Over TLS, where the kernel can tell whose
 * bytes came but not which, it is when they were read.
 *
 *     cc -O2 -o load fanout_load.c
 *     cc -O2 -DWITH_TLS -o load fanout_load.c -lssl -lcrypto
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#ifdef WITH_TLS
#include <openssl/ssl.h>
#endif

enum { EVENTS = 512, AT_ONCE = 128, SOURCES = 8, TAIL = 31, WAIT_MS = 15000, BUFFER = 65536 };
enum state { CONNECTING, SHAKING, ASKED, HELD, GONE };

struct subscriber {
    int descriptor;
    enum state state;
    int round;       /* Of the last mark that was received. */
    int kept;        /* Bytes of `tail`: a mark may come in two pieces. */
    char tail[TAIL];
#ifdef WITH_TLS
    SSL *session;
#endif
};

static struct subscriber *subscribers;
static char *request;
static size_t request_size;
static int epoll;
#ifdef WITH_TLS
static SSL_CTX *context;
#endif

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static void begin(struct subscriber *one, int number, int port)
{
    struct sockaddr_in from = {.sin_family = AF_INET};
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = one};
    struct linger at_once = {.l_onoff = 1, .l_linger = 0}; /* No port waits for its end. */
    int on = 1;
    one->descriptor = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (one->descriptor < 0)
        fail("socket");
    setsockopt(one->descriptor, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
    setsockopt(one->descriptor, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    setsockopt(one->descriptor, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    from.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + number % SOURCES);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(one->descriptor, (struct sockaddr *)&from, sizeof from))
        fail("bind");
    if (connect(one->descriptor, (struct sockaddr *)&to, sizeof to) && errno != EINPROGRESS)
        fail("connect");
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, one->descriptor, &event))
        fail("epoll_ctl");
}

/* Read once; the moment is the kernel's where it tells one. -1: nothing there, 0: the end. */
static int take(struct subscriber *one, char *into, int64_t *moment)
{
#ifdef WITH_TLS
    int got = SSL_read(one->session, into, BUFFER);
    *moment = now_ns();
    if (got > 0)
        return got;
    switch (SSL_get_error(one->session, got)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
        return -1;
    default:
        return 0;
    }
#else
    char control[128];
    struct iovec part = {.iov_base = into, .iov_len = BUFFER};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    ssize_t got = recvmsg(one->descriptor, &message, 0);
    if (got < 0)
        return errno == EAGAIN ? -1 : 0;
    *moment = now_ns();
    for (struct cmsghdr *said = CMSG_FIRSTHDR(&message); said; said = CMSG_NXTHDR(&message, said))
        if (said->cmsg_level == SOL_SOCKET && said->cmsg_type == SCM_TIMESTAMPNS) {
            struct timespec stamp;
            memcpy(&stamp, CMSG_DATA(said), sizeof stamp);
            *moment = stamp.tv_sec * 1000000000LL + stamp.tv_nsec;
        }
    return got;
#endif
}

static void ask(struct subscriber *one)
{
#ifdef WITH_TLS
    int sent = SSL_write(one->session, request, request_size);
#else
    ssize_t sent = write(one->descriptor, request, request_size);
#endif
    if (sent != (int)request_size)
        fail("request");
    one->state = ASKED;
}

/* Go on with a connection that is not held yet; 1 once it is. */
static int go_on(struct subscriber *one, uint32_t events)
{
    static char heard[BUFFER];
    int64_t moment;
    int got;
    if (one->state == CONNECTING) {
        if (events & (EPOLLERR | EPOLLHUP) || !(events & EPOLLOUT))
            return 0;
#ifdef WITH_TLS
        one->session = SSL_new(context);
        SSL_set_fd(one->session, one->descriptor);
        SSL_set_connect_state(one->session);
        one->state = SHAKING;
#else
        ask(one);
#endif
    }
#ifdef WITH_TLS
    if (one->state == SHAKING) {
        if (SSL_do_handshake(one->session) != 1)
            return 0;
        ask(one);
    }
#endif
    while (one->state == ASKED && (got = take(one, heard, &moment)) > 0)
        if (memmem(heard, got, "\r\n\r\n", 4)) {
            one->state = HELD;
            return 1;
        }
    return 0;
}

static void connect_all(int wanted, int port)
{
    struct epoll_event events[EVENTS];
    int begun = 0, held = 0;
    while (held < wanted) {
        int ready;
        while (begun < wanted && begun - held < AT_ONCE)
            begin(&subscribers[begun], begun, port), begun++;
        ready = epoll_wait(epoll, events, EVENTS, 10000);
        if (ready <= 0) {
            fprintf(stderr, "%d of %d subscribers are held\n", held, wanted);
            exit(1);
        }
        for (int at = 0; at < ready; at++) {
            struct subscriber *one = events[at].data.ptr;
            if (one->state < HELD)
                held += go_on(one, events[at].events);
        }
    }
    for (int at = 0; at < wanted; at++) {
        struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.ptr = &subscribers[at]};
        epoll_ctl(epoll, EPOLL_CTL_MOD, subscribers[at].descriptor, &event);
    }
}

/* Read all that is there; 1 if the mark of this round is in it for the first time. */
static int search(struct subscriber *one, const char *mark, int round, int64_t *moment)
{
    static char buffer[TAIL + BUFFER];
    int size = strlen(mark), found = 0, got;
    int64_t received;
    while ((got = take(one, buffer + TAIL, &received)) > 0) {
        char *start = buffer + TAIL - one->kept;
        int whole = one->kept + got;
        memcpy(start, one->tail, one->kept);
        if (size && one->round != round && memmem(start, whole, mark, size)) {
            one->round = round;
            *moment = received;
            found = 1;
        }
        one->kept = whole < TAIL ? whole : TAIL;
        memmove(one->tail, start + whole - one->kept, one->kept);
    }
    if (!got)
        one->state = GONE;
    return found;
}

static int earlier(const void *one, const void *other)
{
    int64_t a = *(const int64_t *)one, b = *(const int64_t *)other;
    return (a > b) - (a < b);
}

static void wait_for(const char *mark, int round, int wanted, int64_t *moments)
{
    struct epoll_event events[EVENTS];
    int64_t until = now_ns() + WAIT_MS * 1000000LL;
    int count = 0;
    while (count < wanted && now_ns() < until) {
        int ready = epoll_wait(epoll, events, EVENTS, 200);
        for (int at = 0; at < ready; at++) {
            struct subscriber *one = events[at].data.ptr;
            if (one->state == HELD)
                count += search(one, mark, round, &moments[count]);
        }
    }
    qsort(moments, count, sizeof *moments, earlier);
    printf("%d %lld %lld %lld\n", count, (long long)(count ? moments[count / 2] : 0),
           (long long)(count ? moments[(int)(count * 0.99)] : 0),
           (long long)(count ? moments[count - 1] : 0));
    fflush(stdout);
}

static void read_leftovers(void)
{
    struct epoll_event events[EVENTS];
    int64_t ignored;
    int ready;
    while ((ready = epoll_wait(epoll, events, EVENTS, 0)) > 0)
        for (int at = 0; at < ready; at++) {
            struct subscriber *one = events[at].data.ptr;
            if (one->state == HELD)
                search(one, "", 0, &ignored);
        }
}

int main(int arguments, char **argument)
{
    static char asked[4096], line[TAIL + 2];
    int wanted, round = 0;
    int64_t *moments;
    FILE *file;
    signal(SIGPIPE, SIG_IGN);
    if (arguments != 4 || !(file = fopen(argument[3], "rb")))
        fail("usage: load PORT N REQUEST_FILE");
    request = asked;
    request_size = fread(asked, 1, sizeof asked, file);
    fclose(file);
    wanted = atoi(argument[2]);
    subscribers = calloc(wanted, sizeof *subscribers);
    moments = calloc(wanted, sizeof *moments);
    epoll = epoll_create1(0);
    if (!subscribers || !moments || epoll < 0)
        fail("memory");
#ifdef WITH_TLS
    context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
#endif
    connect_all(wanted, atoi(argument[1]));
    printf("ready %d\n", wanted);
    fflush(stdout);
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = 0;
        read_leftovers();
        printf("armed\n");
        fflush(stdout);
        wait_for(line, ++round, wanted, moments);
    }
    return 0;
}
