package dev.boardcast.gateway.autobahn;

import static dev.boardcast.gateway.autobahn.Case.answered;
import static dev.boardcast.gateway.autobahn.Case.failed;
import static dev.boardcast.gateway.autobahn.Peer.CONTINUATION;
import static dev.boardcast.gateway.autobahn.Peer.TEXT;

import dev.boardcast.gateway.autobahn.Case.Behavior;
import dev.boardcast.gateway.autobahn.Peer.Event;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** Section 6: UTF-8. */
final class Utf8Cases {
  private static final int INVALID_PAYLOAD = 1007;
  // Whether the server fails the connection before the message is complete; it need not.
  private static final int WAIT_MILLIS = 50;
  private static final byte[] GREEK = HexFormat.of().parseHex("cebae1bdb9cf83cebcceb5");
  private static final byte[] SURROGATE = hex("cebae1bdb9cf83cebcceb5eda080656469746564");
  private static final byte[] TOO_HIGH = hex("cebae1bdb9cf83cebcceb5f4908080656469746564");

  private Utf8Cases() {}

  static List<Case> all() throws IOException {
    var all = new ArrayList<Case>();
    all.add(answered("6.1.1", peer -> peer.frame(TEXT, true, "").flush(), Event.message("")));
    all.add(
        answered(
            "6.1.2",
            peer ->
                peer.frame(TEXT, false, "")
                    .frame(CONTINUATION, false, "")
                    .frame(CONTINUATION, true, "")
                    .flush(),
            Event.message("")));
    all.add(
        answered(
            "6.1.3",
            peer ->
                peer.frame(TEXT, false, "")
                    .frame(CONTINUATION, false, "middle frame payload")
                    .frame(CONTINUATION, true, "")
                    .flush(),
            Event.message("middle frame payload")));
    String first = "Hello-µ@ßöä";
    String second = "üàá-UTF-8!!";
    byte[] both = (first + second).getBytes(StandardCharsets.UTF_8);
    all.add(echoed("6.2.1", both, 0));
    all.add(
        answered(
            "6.2.2",
            peer -> peer.frame(TEXT, false, first).frame(CONTINUATION, true, second).flush(),
            Event.message(first + second)));
    all.add(echoed("6.2.3", both, 1));
    all.add(echoed("6.2.4", GREEK, 1));
    all.add(invalid("6.3.1", SURROGATE, 0));
    all.add(invalid("6.3.2", SURROGATE, 1));
    for (int i = 0; i < 4; i++) {
      boolean frames = i < 2;
      int end = i % 2 == 0 ? GREEK.length + 4 : GREEK.length + 2;
      all.add(Case.of("6.4." + (i + 1), peer -> failFast(peer, frames, end)));
    }
    sequences(all);
    return all;
  }

  private static void sequences(List<Case> all) throws IOException {
    try (var file = Utf8Cases.class.getResourceAsStream("/autobahn/utf8.txt")) {
      String text = new String(file.readAllBytes(), StandardCharsets.US_ASCII);
      for (String line : text.lines().filter(each -> !each.startsWith("#")).toList()) {
        String[] words = line.split(" ");
        byte[] payload = hex(words[2]);
        all.add(
            words[1].equals("valid")
                ? echoed(words[0], payload, 0)
                : invalid(words[0], payload, 0));
      }
    }
  }

  private static Case echoed(String id, byte[] payload, int fragment) {
    return answered(
        id, peer -> peer.message(TEXT, payload, fragment).flush(), new Event(TEXT, payload, -1));
  }

  private static Case invalid(String id, byte[] payload, int fragment) {
    return failed(id, INVALID_PAYLOAD, peer -> peer.message(TEXT, payload, fragment).flush());
  }

  /**
   * A message in three frames, or in three pieces of a frame, the second of which makes it invalid.
   */
  private static Behavior failFast(Peer peer, boolean frames, int end) throws IOException {
    byte[][] parts = {
      Arrays.copyOf(TOO_HIGH, GREEK.length),
      Arrays.copyOfRange(TOO_HIGH, GREEK.length, end),
      Arrays.copyOfRange(TOO_HIGH, end, TOO_HIGH.length)
    };
    if (frames) {
      peer.frame(TEXT, false, 0, parts[0]).frame(CONTINUATION, false, 0, parts[1]);
      peer.frame(CONTINUATION, true, 0, parts[2]);
    } else {
      peer.frame(TEXT, true, 0, TOO_HIGH);
    }
    byte[] bytes = peer.take();
    int overhead = 6;
    int first = overhead + parts[0].length;
    int second = first + parts[1].length + (frames ? overhead : 0);
    peer.raw(Arrays.copyOf(bytes, first), Integer.MAX_VALUE);
    if (peer.next(WAIT_MILLIS) != null) throw new AssertionError("failed by what was valid");
    peer.raw(Arrays.copyOfRange(bytes, first, second), Integer.MAX_VALUE);
    Event close = peer.next(WAIT_MILLIS);
    if (close != null) {
      if (close.code() != INVALID_PAYLOAD) throw Case.wrong(close);
      return Behavior.OK;
    }
    peer.raw(Arrays.copyOfRange(bytes, second, bytes.length), Integer.MAX_VALUE);
    Case.failed(peer, INVALID_PAYLOAD);
    return Behavior.NON_STRICT;
  }

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits);
  }
}
