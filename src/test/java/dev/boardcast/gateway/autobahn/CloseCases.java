package dev.boardcast.gateway.autobahn;

import static dev.boardcast.gateway.autobahn.Case.answered;
import static dev.boardcast.gateway.autobahn.Case.closing;
import static dev.boardcast.gateway.autobahn.Case.repeated;
import static dev.boardcast.gateway.autobahn.Peer.CLOSE;
import static dev.boardcast.gateway.autobahn.Peer.CONTINUATION;
import static dev.boardcast.gateway.autobahn.Peer.PING;
import static dev.boardcast.gateway.autobahn.Peer.TEXT;

import dev.boardcast.gateway.autobahn.Case.Behavior;
import dev.boardcast.gateway.autobahn.Peer.Event;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/** Section 7: closing. */
final class CloseCases {
  private static final byte[] NONE = {};
  private static final Set<Integer> NORMAL = Set.of(1000);
  private static final Set<Integer> PROTOCOL_ERROR = Set.of(1002);
  private static final byte[] NOT_UTF8 =
      HexFormat.of().parseHex("cebae1bdb9cf83cebcceb5eda080656469746564");

  private CloseCases() {}

  static List<Case> all() {
    var all = new ArrayList<Case>();
    all.add(
        answered(
            "7.1.1",
            peer -> peer.frame(TEXT, true, "Hello World!").flush(),
            Event.message("Hello World!")));
    all.add(
        closing(
            "7.1.2", NORMAL, true, peer -> peer.close(1000, NONE).frame(CLOSE, true, "").flush()));
    all.add(
        closing(
            "7.1.3", NORMAL, true, peer -> peer.close(1000, NONE).frame(PING, true, "").flush()));
    all.add(
        closing(
            "7.1.4",
            NORMAL,
            true,
            peer -> peer.close(1000, NONE).frame(TEXT, true, "Hello World!").flush()));
    all.add(
        closing(
            "7.1.5",
            NORMAL,
            true,
            peer ->
                peer.frame(TEXT, false, "fragment1")
                    .close(1000, NONE)
                    .frame(CONTINUATION, true, "fragment2")
                    .flush()));
    all.add(Case.of("7.1.6", CloseCases::closedAfterMuch));
    // No code is an answer to none.
    all.add(closing("7.3.1", Set.of(-1), true, peer -> peer.frame(CLOSE, true, "").flush()));
    all.add(closing("7.3.2", PROTOCOL_ERROR, false, peer -> peer.frame(CLOSE, true, "a").flush()));
    all.add(closing("7.3.3", NORMAL, true, peer -> peer.close(1000, NONE).flush()));
    all.add(
        closing(
            "7.3.4", NORMAL, true, peer -> peer.close(1000, "Hello World!".getBytes()).flush()));
    all.add(closing("7.3.5", NORMAL, true, peer -> peer.close(1000, repeated("*", 123)).flush()));
    all.add(
        closing(
            "7.3.6", PROTOCOL_ERROR, false, peer -> peer.close(1000, repeated("*", 124)).flush()));
    all.add(
        closing("7.5.1", Set.of(1002, 1007), false, peer -> peer.close(1000, NOT_UTF8).flush()));
    all.addAll(
        Case.numbered(
            "7.7.",
            List.of(1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999),
            (id, code) ->
                closing(
                    id,
                    Set.copyOf(List.of(1000, code)),
                    true,
                    peer -> peer.close(code, NONE).flush())));
    all.addAll(
        Case.numbered(
            "7.9.",
            List.of(0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999),
            (id, code) ->
                closing(id, PROTOCOL_ERROR, false, peer -> peer.close(code, NONE).flush())));
    all.addAll(
        Case.numbered(
            "7.13.",
            List.of(5000, 65_535),
            (id, code) ->
                Case.of(
                    id,
                    peer -> {
                      peer.close(code, NONE).flush();
                      while (peer.next() != Peer.END) {
                        // The RFC leaves open what comes.
                      }
                      return Behavior.INFORMATIONAL;
                    })));
    return all;
  }

  /** Whether the messages are echoed before the close is left open; a pong may not come. */
  private static Behavior closedAfterMuch(Peer peer) throws IOException {
    peer.frame(TEXT, true, 0, repeated("BAsd7&jh23", 256 << 10))
        .frame(TEXT, true, "Hello World!")
        .close(1000, NONE)
        .frame(PING, true, "")
        .flush();
    for (Event event = peer.next(); event != Peer.END; event = peer.next()) {
      if (event.opcode() == Peer.PONG) throw Case.wrong(event);
    }
    return Behavior.INFORMATIONAL;
  }
}
