/*
 * What this page believes stands, area by area. A message replaces all that stands in its area,
 * unless a later version of that area was seen; a board replaces everything it covers. Nothing is
 * ever added up from single messages, so a lost or doubled one does no harm.
 */

export class Store {
  constructor(board) {
    this.reset(board.epoch);
    this.board(board, () => true);
  }

  reset(epoch) {
    this.epoch = epoch;
    this.areas = new Map();
    this.unknown = [];
  }

  /** Take a board in; `covers(code)` says whether it speaks for an area. Says if anything changed. */
  board(board, covers) {
    const before = this.print();
    if (board.epoch !== this.epoch) this.reset(board.epoch);
    const newer = (code) => (this.areas.get(code)?.at ?? -1) > board.position;
    for (const [code, known] of this.areas) {
      if (covers(code) && !newer(code)) Object.assign(known, { standing: [], base: board.position });
    }
    const found = new Map();
    for (const alert of board.alerts) {
      const code = alert.area.code;
      if (covers(code) && !newer(code)) found.set(code, [...(found.get(code) ?? []), alert]);
    }
    for (const [code, standing] of found) {
      const version = Math.max(...standing.map((a) => a.version), this.areas.get(code)?.version ?? 0);
      this.areas.set(code, { version, standing, at: board.position, base: board.position });
    }
    this.unknown = [...this.unknown.filter((u) => !covers(u.area.code)),
      ...board.unknown.filter((u) => covers(u.area.code))];
    return this.print() !== before;
  }

  /** Take a message in. Says whether it was news. */
  message({ area, version, position, standing, replay }) {
    const known = this.areas.get(area.code);
    if (known && version <= known.version) return false;
    // A replay's positions need not follow its clock; elsewhere a board may already know this.
    if (known && !replay && position <= known.base) return false;
    this.areas.set(area.code, { version, standing, at: position, base: known?.base ?? -1 });
    return true;
  }

  get alerts() {
    return [...this.areas.values()].flatMap((known) => known.standing);
  }

  print() {
    return JSON.stringify([this.epoch, this.alerts, this.unknown]);
  }
}
