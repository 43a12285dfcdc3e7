package dev.boardcast.gateway;

import static dev.boardcast.gateway.RawClient.frame;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The cases of the public Autobahn test suite, by its numbers: the bytes to send and the expected
 * answers. Where the suite expects an echo, a message of this protocol and its answer take its
 * place. A binary message is read as text; what is no message of the protocol closes a session with
 * 4400. {@code AutobahnIT} has the cases with an echo.
 */
final class WebSocketCases {
  private static final int TEXT = 0x81;
  private static final int BINARY = 0x82;
  private static final int CLOSE = 0x88;
  private static final int PING = 0x89;
  private static final int PONG = 0x8a;
  private static final int MORE_TEXT = 0x01;
  private static final int MORE = 0x00;
  private static final int LAST = 0x80;
  private static final String PING_MESSAGE = "{\"type\":\"ping\"}";
  private static final String ANSWER = "text:{\"type\":\"pong\"}";
  private static final String ALIVE = "pong:end";

  /**
   * @param answers the server's frames, in order
   */
  record Case(String id, byte[] bytes, List<String> answers) {
    @Override
    public String toString() {
      return id + " -> " + answers;
    }
  }

  private WebSocketCases() {}

  static Stream<Case> all() {
    return Stream.of(framing(), pings(), reserved(), opcodes(), fragments(), utf8(), closes())
        .flatMap(cases -> cases);
  }

  private static Stream<Case> framing() {
    return Stream.of(
        of("1.1.1 empty text", frame(TEXT, ""), "close:4400"),
        of("1.1.2 text of 125", frame(TEXT, padded(125)), ANSWER, ALIVE),
        of("1.1.3 text of 126", frame(TEXT, padded(126)), ANSWER, ALIVE),
        of("1.1.4 text of 127", frame(TEXT, padded(127)), ANSWER, ALIVE),
        of("1.1.5 text of 128", frame(TEXT, padded(128)), ANSWER, ALIVE),
        of("1.1.6 text at the limit", frame(TEXT, padded(16_384)), ANSWER, ALIVE),
        of("9.1.1 text over the limit", frame(TEXT, padded(16_385)), "close:1009"),
        of("9.1.2 text of 64 K", frame(TEXT, padded(65_536)), "close:1009"),
        of("9.1.6 a length beyond all bounds", hex("81ff7fffffffffffffff00000000"), "close:1009"),
        of("a negative length", hex("81ffffffffffffffffff00000000"), "close:1002"),
        of("a length in too many bytes", hex("81fe000300000000414141"), "close:1002"),
        of(
            "a length in far too many bytes",
            hex("81ff000000000000000300000000414141"),
            "close:1002"),
        of("unmasked text", hex("810141"), "close:1002"),
        of("unmasked ping", hex("8900"), "close:1002"),
        of("1.2.1 binary", frame(BINARY, ""), "close:4400"),
        of("1.2.6 binary of 300", frame(BINARY, padded(300)), ANSWER, ALIVE));
  }

  private static Stream<Case> pings() {
    byte[] odd = hex("00fffefdfcfb00ff");
    return Stream.of(
        of("2.1 ping", frame(PING, ""), "pong:", ALIVE),
        of("2.2 ping with text", frame(PING, "Hello"), "pong:Hello", ALIVE),
        of("2.3 ping with bytes", frame(PING, odd), "pong:" + text(odd), ALIVE),
        of("2.4 ping of 125", frame(PING, padded(125)), "pong:" + text(padded(125)), ALIVE),
        of("2.5 ping of 126", frame(PING, padded(126)), "close:1002"),
        of("2.7 pong unasked", frame(PONG, ""), ALIVE),
        of("2.8 pong unasked with text", frame(PONG, "unsolicited"), ALIVE),
        of("2.9 pong, then ping", join(frame(PONG, "a"), frame(PING, "b")), "pong:b", ALIVE),
        of(
            "2.10 ten pings",
            join(IntStream.range(0, 10).mapToObj(i -> frame(PING, "p" + i)).toArray(byte[][]::new)),
            Stream.concat(IntStream.range(0, 10).mapToObj(i -> "pong:p" + i), Stream.of(ALIVE))
                .toArray(String[]::new)));
  }

  private static Stream<Case> reserved() {
    return Stream.of(0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70)
        .flatMap(
            bits ->
                Stream.of(
                    of("3 bits " + bits + ", text", frame(TEXT | bits, PING_MESSAGE), "close:1002"),
                    of("3 bits " + bits + ", ping", frame(PING | bits, ""), "close:1002"),
                    of(
                        "3 bits " + bits + " after text",
                        join(frame(TEXT, PING_MESSAGE), frame(CLOSE | bits, "")),
                        ANSWER,
                        "close:1002")));
  }

  private static Stream<Case> opcodes() {
    return Stream.of(3, 4, 5, 6, 7, 11, 12, 13, 14, 15)
        .flatMap(
            code ->
                Stream.of(
                    of("4 opcode " + code, frame(LAST | code, ""), "close:1002"),
                    of(
                        "4 opcode " + code + " after text",
                        join(frame(TEXT, PING_MESSAGE), frame(LAST | code, "x"), frame(PING, "no")),
                        ANSWER,
                        "close:1002")));
  }

  private static Stream<Case> fragments() {
    byte[] begin = frame(MORE_TEXT, "{\"type\":");
    byte[] end = frame(LAST, "\"ping\"}");
    return Stream.of(
        of("5.1 ping in fragments", join(frame(0x09, "a"), frame(LAST, "b")), "close:1002"),
        of("5.2 pong in fragments", join(frame(0x0a, "a"), frame(LAST, "b")), "close:1002"),
        of("5.3 text in two", join(begin, end), ANSWER, ALIVE),
        of("5.6 a ping between", join(begin, frame(PING, "m"), end), "pong:m", ANSWER, ALIVE),
        of("5.9 continuation of nothing", frame(LAST, "x"), "close:1002"),
        of("5.10 continuation of nothing", frame(MORE, "x"), "close:1002"),
        of("5.15 twice", join(begin, end, frame(MORE, "x"), end), ANSWER, "close:1002"),
        of("5.18 text within text", join(begin, frame(TEXT, "x")), "close:1002"),
        of("binary within text", join(begin, frame(BINARY, "x")), "close:1002"),
        of(
            "5.19 five, with empty ones and pings",
            join(begin, frame(MORE, ""), frame(PING, "1"), frame(MORE, ""), frame(PING, "2"), end),
            "pong:1",
            "pong:2",
            ANSWER,
            ALIVE),
        of(
            "fragments over the limit",
            join(frame(MORE_TEXT, padded(16_000)), frame(LAST, padded(385))),
            "close:1009"));
  }

  private static Stream<Case> utf8() {
    return Stream.concat(
        Stream.of(
                "ce", "c3 28", "ff", "c0 80", "ed a0 80", "f4 90 80 80", "f8 88 80 80 80", "e2 82")
            .map(bytes -> hex(bytes.replace(" ", "")))
            .map(bytes -> of("6 not UTF-8 " + text(bytes), frame(TEXT, bytes), "close:1007")),
        Stream.of(
            of(
                "6.2 a character over two frames",
                join(
                    frame(MORE_TEXT, join(utf("{\"type\":\"ping\",\"x\":\""), hex("ce"))),
                    frame(LAST, join(hex("ba"), utf("\"}")))),
                ANSWER,
                ALIVE),
            of("6 not UTF-8 over two", join(frame(1, hex("ce")), frame(LAST, "x")), "close:1007")));
  }

  private static Stream<Case> closes() {
    Stream<Case> fixed =
        Stream.of(
            of(
                "7.1.1 text, then close",
                join(frame(TEXT, PING_MESSAGE), close(1000, "")),
                ANSWER,
                "close:1000"),
            of("7.1.2 closed twice", join(close(1000, ""), close(1000, "")), "close:1000"),
            of("7.1.3 ping after close", join(close(1000, ""), frame(PING, "")), "close:1000"),
            of("7.3.1 close without a code", frame(CLOSE, ""), "close:"),
            of("7.3.2 half a code", frame(CLOSE, "a"), "close:1002"),
            of("7.3.5 longest reason", close(1000, "r".repeat(123)), "close:1000"),
            of("7.3.6 reason too long", close(1000, "r".repeat(124)), "close:1002"),
            of("7.5.1 reason not UTF-8", frame(CLOSE, hex("03e8ceff")), "close:1007"),
            of("close in fragments", frame(0x08, hex("03e8")), "close:1002"));
    Stream<Case> good =
        IntStream.of(1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999)
            .mapToObj(code -> of("7.7 code " + code, close(code, ""), "close:" + code));
    Stream<Case> bad =
        IntStream.of(0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999, 5000, 65535)
            .mapToObj(code -> of("7.9 code " + code, close(code, ""), "close:1002"));
    return Stream.of(fixed, good, bad).flatMap(cases -> cases);
  }

  private static Case of(String id, byte[] bytes, String... answers) {
    return new Case(id, bytes, List.of(answers));
  }

  private static byte[] close(int code, String reason) {
    return frame(CLOSE, join(new byte[] {(byte) (code >> 8), (byte) code}, utf(reason)));
  }

  /** A message of that many bytes. */
  private static byte[] padded(int size) {
    byte[] bytes = new byte[size];
    Arrays.fill(bytes, (byte) ' ');
    byte[] message = utf(PING_MESSAGE);
    System.arraycopy(message, 0, bytes, 0, message.length);
    return bytes;
  }

  private static byte[] join(byte[]... parts) {
    var all = new ByteArrayOutputStream();
    for (byte[] part : parts) all.writeBytes(part);
    return all.toByteArray();
  }

  private static byte[] utf(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits);
  }
}
