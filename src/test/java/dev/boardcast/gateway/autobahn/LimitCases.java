package dev.boardcast.gateway.autobahn;

import static dev.boardcast.gateway.autobahn.Case.answered;
import static dev.boardcast.gateway.autobahn.Case.repeated;
import static dev.boardcast.gateway.autobahn.Peer.BINARY;
import static dev.boardcast.gateway.autobahn.Peer.TEXT;

import dev.boardcast.gateway.autobahn.Peer.Event;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Sections 9 and 10: large messages, many fragments, small pieces, many messages. */
final class LimitCases {
  private static final byte[] TEXT_PATTERN = "BAsd7&jh23".getBytes();
  private static final byte[] BINARY_PATTERN = HexFormat.of().parseHex("00fe23faf0");
  private static final int KIB = 1 << 10;
  private static final int MIB = 1 << 20;

  private LimitCases() {}

  /**
   * @param messages in each case of 9.7 and 9.8; the suite sends 1000
   */
  static List<Case> all(int messages) {
    var all = new ArrayList<Case>();
    for (int opcode : new int[] {TEXT, BINARY}) {
      int odd = opcode - 1;
      byte[] pattern = opcode == TEXT ? TEXT_PATTERN : BINARY_PATTERN;
      all.addAll(
          Case.numbered(
              "9." + (1 + odd) + ".",
              List.of(64 * KIB, 256 * KIB, MIB, 4 * MIB, 8 * MIB, 16 * MIB),
              (id, size) -> echoed(id, opcode, pattern, size, 0, Integer.MAX_VALUE)));
      all.addAll(
          Case.numbered(
              "9." + (3 + odd) + ".",
              List.of(64, 256, KIB, 4 * KIB, 16 * KIB, 64 * KIB, 256 * KIB, MIB, 4 * MIB),
              (id, fragment) ->
                  echoed(id, opcode, new byte[] {'*'}, 4 * MIB, fragment, Integer.MAX_VALUE)));
      all.addAll(
          Case.numbered(
              "9." + (5 + odd) + ".",
              List.of(64, 128, 256, 512, KIB, 2 * KIB),
              (id, chop) -> echoed(id, opcode, pattern, MIB, 0, chop)));
      all.addAll(
          Case.numbered(
              "9." + (7 + odd) + ".",
              List.of(0, 16, 64, 256, KIB, 4 * KIB),
              (id, size) -> oneByOne(id, opcode, size, messages)));
    }
    byte[] stars = repeated("*", 64 * KIB);
    all.add(
        answered(
            "10.1.1",
            peer -> peer.message(TEXT, stars, 1_300).flush(),
            new Event(TEXT, stars, -1)));
    return all;
  }

  private static Case echoed(
      String id, int opcode, byte[] pattern, int size, int fragment, int chop) {
    return Case.of(
        id,
        peer -> {
          byte[] payload = repeated(pattern, size);
          peer.message(opcode, payload, fragment).flush(chop);
          Case.expect(new Event(opcode, payload, -1), peer);
          return Case.closed(peer);
        });
  }

  private static Case oneByOne(String id, int opcode, int size, int messages) {
    byte[] payload = repeated(opcode == TEXT ? "*" : "\u00fe", size);
    return Case.of(
        id,
        peer -> {
          for (int i = 0; i < messages; i++) {
            peer.frame(opcode, true, 0, payload).flush();
            Case.expect(new Event(opcode, payload, -1), peer);
          }
          return Case.closed(peer);
        });
  }
}
