package dev.boardcast.gateway.autobahn;

import static dev.boardcast.gateway.autobahn.Case.answered;
import static dev.boardcast.gateway.autobahn.Case.failed;
import static dev.boardcast.gateway.autobahn.Case.repeated;
import static dev.boardcast.gateway.autobahn.Peer.BINARY;
import static dev.boardcast.gateway.autobahn.Peer.CONTINUATION;
import static dev.boardcast.gateway.autobahn.Peer.PING;
import static dev.boardcast.gateway.autobahn.Peer.PONG;
import static dev.boardcast.gateway.autobahn.Peer.TEXT;

import dev.boardcast.gateway.autobahn.Peer.Event;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;

/** Sections 1 to 5: framing, pings, reserved bits, opcodes, fragments. */
final class FrameCases {
  private static final String HELLO = "Hello, world!";
  private static final byte[] BYTES = HexFormat.of().parseHex("00fffefdfcfb00ff");
  private static final int WHOLE = Integer.MAX_VALUE;
  private static final int PROTOCOL_ERROR = 1002;

  private FrameCases() {}

  static List<Case> all() {
    var all = new ArrayList<Case>();
    messages(all);
    pings(all);
    reserved(all);
    opcodes(all);
    fragments(all);
    return all;
  }

  private static void messages(List<Case> all) {
    int[] sizes = {0, 125, 126, 127, 128, 65_535, 65_536, 65_536};
    for (int opcode : new int[] {TEXT, BINARY}) {
      for (int i = 0; i < sizes.length; i++) {
        byte[] payload = repeated(opcode == TEXT ? "*" : "\u00fe", sizes[i]);
        int chop = i == 7 ? 997 : WHOLE;
        all.add(
            answered(
                "1." + opcode + "." + (i + 1),
                peer -> peer.frame(opcode, true, 0, payload).flush(chop),
                new Event(opcode, payload, -1)));
      }
    }
  }

  private static void pings(List<Case> all) {
    byte[] longest = repeated("\u00fe", 125);
    all.add(ping("2.1", new byte[0], WHOLE));
    all.add(ping("2.2", HELLO.getBytes(), WHOLE));
    all.add(ping("2.3", BYTES, WHOLE));
    all.add(ping("2.4", longest, WHOLE));
    all.add(
        failed(
            "2.5",
            PROTOCOL_ERROR,
            peer -> peer.frame(PING, true, 0, repeated("\u00fe", 126)).flush()));
    all.add(ping("2.6", longest, 1));
    all.add(answered("2.7", peer -> peer.frame(PONG, true, "").flush()));
    all.add(answered("2.8", peer -> peer.frame(PONG, true, "unsolicited pong payload").flush()));
    all.add(
        answered(
            "2.9",
            peer -> peer.frame(PONG, true, "unsolicited").frame(PING, true, "ping payload").flush(),
            Event.pong("ping payload")));
    for (int i = 10; i <= 11; i++) {
      int chop = i == 10 ? WHOLE : 1;
      all.add(
          answered(
              "2." + i,
              peer -> {
                for (int n = 0; n < 10; n++) peer.frame(PING, true, "payload-" + n);
                peer.flush(chop);
              },
              IntStream.range(0, 10)
                  .mapToObj(n -> Event.pong("payload-" + n))
                  .toArray(Event[]::new)));
    }
  }

  private static Case ping(String id, byte[] payload, int chop) {
    return answered(
        id, peer -> peer.frame(PING, true, 0, payload).flush(chop), new Event(PONG, payload, -1));
  }

  private static void reserved(List<Case> all) {
    byte[] hello = HELLO.getBytes();
    all.add(failed("3.1", PROTOCOL_ERROR, peer -> peer.frame(TEXT, true, 1, hello).flush()));
    for (int bits = 2; bits <= 4; bits++) {
      int reserved = bits;
      all.add(
          failed(
              "3." + bits,
              PROTOCOL_ERROR,
              peer ->
                  peer.frame(TEXT, true, HELLO)
                      .frame(TEXT, true, reserved, hello)
                      .frame(PING, true, "")
                      .flush(reserved == 4 ? 1 : reserved == 3 ? hello.length + 6 : WHOLE),
              Event.message(HELLO)));
    }
    all.add(failed("3.5", PROTOCOL_ERROR, peer -> peer.frame(BINARY, true, 5, BYTES).flush()));
    all.add(failed("3.6", PROTOCOL_ERROR, peer -> peer.frame(PING, true, 6, hello).flush()));
    all.add(
        failed(
            "3.7", PROTOCOL_ERROR, peer -> peer.frame(Peer.CLOSE, true, 7, new byte[0]).flush()));
  }

  private static void opcodes(List<Case> all) {
    for (int control = 0; control <= 1; control++) {
      String section = "4." + (control + 1) + ".";
      int first = control == 0 ? 3 : 11;
      all.add(failed(section + 1, PROTOCOL_ERROR, peer -> peer.frame(first, true, "").flush()));
      all.add(
          failed(
              section + 2,
              PROTOCOL_ERROR,
              peer -> peer.frame(first + 1, true, "reserved opcode payload").flush()));
      for (int i = 3; i <= 5; i++) {
        int number = i;
        all.add(
            failed(
                section + i,
                PROTOCOL_ERROR,
                peer ->
                    peer.frame(TEXT, true, HELLO)
                        .frame(first + number - 1, true, number == 3 ? "" : HELLO)
                        .frame(PING, true, "")
                        .flush(number == 5 ? 1 : WHOLE),
                Event.message(HELLO)));
      }
    }
  }

  private static void fragments(List<Case> all) {
    for (int i = 1; i <= 2; i++) {
      int opcode = i == 1 ? PING : PONG;
      all.add(
          failed(
              "5." + i,
              PROTOCOL_ERROR,
              peer ->
                  peer.frame(opcode, false, "fragment1")
                      .frame(CONTINUATION, true, "fragment2")
                      .flush()));
    }
    int[] chops = {WHOLE, 15, 1};
    for (int i = 0; i < 3; i++) {
      int chop = chops[i];
      all.add(
          answered(
              "5." + (3 + i),
              peer ->
                  peer.frame(TEXT, false, "fragment1")
                      .frame(CONTINUATION, true, "fragment2")
                      .flush(chop),
              Event.message("fragment1fragment2")));
      all.add(
          answered(
              "5." + (6 + i),
              peer ->
                  peer.frame(TEXT, false, "fragment1")
                      .frame(PING, true, "ping payload")
                      .frame(CONTINUATION, true, "fragment2")
                      .flush(chop),
              Event.pong("ping payload"),
              Event.message("fragment1fragment2")));
      all.add(nothingToContinue("5." + (9 + i), true, chop));
      all.add(nothingToContinue("5." + (12 + i), false, chop));
    }
    all.add(
        failed(
            "5.15",
            PROTOCOL_ERROR,
            peer ->
                peer.frame(TEXT, false, "fragment1")
                    .frame(CONTINUATION, true, "fragment2")
                    .frame(CONTINUATION, false, "fragment3")
                    .frame(TEXT, true, "fragment4")
                    .flush(),
            Event.message("fragment1fragment2")));
    for (int i = 16; i <= 17; i++) {
      boolean last = i == 17;
      all.add(
          failed(
              "5." + i,
              PROTOCOL_ERROR,
              peer -> {
                for (int twice = 0; twice < 2; twice++) {
                  peer.frame(CONTINUATION, last, "fragment1")
                      .frame(TEXT, false, "fragment2")
                      .frame(CONTINUATION, true, "fragment3");
                }
                peer.flush();
              }));
    }
    all.add(
        failed(
            "5.18",
            PROTOCOL_ERROR,
            peer -> peer.frame(TEXT, false, "fragment1").frame(TEXT, true, "fragment2").flush()));
    all.add(pingsBetween("5.19", WHOLE));
    all.add(pingsBetween("5.20", 15));
  }

  private static Case nothingToContinue(String id, boolean last, int chop) {
    return failed(
        id,
        PROTOCOL_ERROR,
        peer ->
            peer.frame(CONTINUATION, last, "non-continuation payload")
                .frame(TEXT, true, HELLO)
                .flush(chop));
  }

  /** The first ping is answered before the rest of the message is sent. */
  private static Case pingsBetween(String id, int chop) {
    return answered(
        id,
        peer -> {
          peer.frame(TEXT, false, "fragment1")
              .frame(CONTINUATION, false, "fragment2")
              .frame(PING, true, "pongme 1!")
              .flush(chop);
          Case.expect(Event.pong("pongme 1!"), peer);
          peer.frame(CONTINUATION, false, "fragment3")
              .frame(CONTINUATION, false, "fragment4")
              .frame(PING, true, "pongme 2!")
              .frame(CONTINUATION, true, "fragment5")
              .flush(chop);
        },
        Event.pong("pongme 2!"),
        Event.message("fragment1fragment2fragment3fragment4fragment5"));
  }
}
