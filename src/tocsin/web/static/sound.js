/*
 * Sound on request: two tones while an alert begins, one soft one when it ends. It starts only
 * after a click, stops by itself after half a minute, and can always be stopped in one place.
 */

const TONES = { warning: [620, 930], lost: [440, 440], calm: [520, 390] };
const LASTS_S = { warning: 30, lost: 1.2, calm: 1.6 };
const STEP_S = 0.6;

export class Sound {
  constructor(button, words) {
    this.button = button;
    this.words = words;
  }

  press() {
    if (this.playing) return this.stop();
    this.context ??= new AudioContext();
    this.on = !this.on;
    if (this.on) this.context.resume();
    this.label();
    return undefined;
  }

  play(kind) {
    if (!this.on) return;
    this.stop();
    const { context } = this;
    const [tone, volume] = [context.createOscillator(), context.createGain()];
    const start = context.currentTime;
    tone.type = kind === "warning" ? "sawtooth" : "sine";
    volume.gain.value = kind === "warning" ? 0.5 : 0.25;
    for (let t = 0, i = 0; t < LASTS_S[kind]; t += STEP_S, i += 1) {
      tone.frequency.setValueAtTime(TONES[kind][i % 2], start + t);
    }
    tone.connect(volume).connect(context.destination);
    tone.start();
    tone.stop(start + LASTS_S[kind]);
    tone.onended = () => {
      if (this.playing === tone) this.playing = null;
      this.label();
    };
    this.playing = tone;
    this.label();
  }

  stop() {
    const tone = this.playing;
    this.playing = null;
    tone?.stop();
    this.label();
  }

  label() {
    this.button.textContent = this.words.say(this.playing ? "sound.stop" : this.on ? "sound.off" : "sound.on");
    this.button.setAttribute("aria-pressed", String(Boolean(this.on)));
    this.button.classList.toggle("stop", Boolean(this.playing));
  }
}
