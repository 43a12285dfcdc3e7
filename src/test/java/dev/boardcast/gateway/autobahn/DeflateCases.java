package dev.boardcast.gateway.autobahn;

import static dev.boardcast.gateway.autobahn.Peer.BINARY;
import static dev.boardcast.gateway.autobahn.Peer.TEXT;

import dev.boardcast.gateway.autobahn.Case.Behavior;
import dev.boardcast.gateway.autobahn.Peer.Event;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Sections 12 and 13: permessage-deflate with several kinds of data, and with several offers. The
 * sizes and offers are those of the suite; the data is made here, of the same five kinds.
 */
final class DeflateCases {
  private static final int ALL = 128 << 10;
  private static final String OFFER =
      "permessage-deflate; client_no_context_takeover; client_max_window_bits";

  /** Size of a message, and of its frames; 0 for one frame. */
  private static final int[][] SIZES = {
    {16, 0},
    {64, 0},
    {256, 0},
    {1_024, 0},
    {4_096, 0},
    {8_192, 0},
    {16_384, 0},
    {32_768, 0},
    {65_536, 0},
    {131_072, 0},
    {8_192, 256},
    {16_384, 256},
    {32_768, 256},
    {65_536, 256},
    {131_072, 256},
    {131_072, 1_024},
    {131_072, 4_096},
    {131_072, 32_768}
  };

  private DeflateCases() {}

  /**
   * @param messages in each case; the suite sends 1000
   */
  static List<Case> all(int messages) {
    var all = new ArrayList<Case>();
    String json = json();
    List<String> plain = List.of(OFFER);
    add(all, "12.1.", plain, TEXT, json, messages);
    add(all, "12.2.", plain, BINARY, picture(), messages);
    add(all, "12.3.", plain, BINARY, prose(), messages);
    add(all, "12.4.", plain, TEXT, html(), messages);
    add(all, "12.5.", plain, BINARY, noise(), messages);
    String fresh = OFFER + "; server_no_context_takeover";
    String bits = "; server_max_window_bits=";
    List<List<String>> offers =
        List.of(
            plain,
            List.of(fresh),
            List.of(OFFER + bits + 9),
            List.of(OFFER + bits + 15),
            List.of(fresh + bits + 9),
            List.of(fresh + bits + 15),
            List.of(fresh + bits + 9, fresh, OFFER));
    for (int i = 0; i < offers.size(); i++) {
      add(all, "13." + (i + 1) + ".", offers.get(i), TEXT, json, messages);
    }
    return all;
  }

  private static void add(
      List<Case> all, String section, List<String> offers, int opcode, String data, int messages) {
    for (int i = 0; i < SIZES.length; i++) {
      int[] size = SIZES[i];
      all.add(
          new Case(
              section + (i + 1),
              offers,
              peer -> run(peer, opcode, data, size[0], size[1], messages)));
    }
  }

  private static Behavior run(
      Peer peer, int opcode, String data, int size, int fragment, int messages) throws IOException {
    if (!peer.isCompressed()) {
      Case.closed(peer);
      return Behavior.UNIMPLEMENTED;
    }
    var charset = opcode == TEXT ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1;
    for (int i = 0, at = 0; i < messages; i++, at = (at + size) % data.length()) {
      String text = (data + data).substring(at, at + size);
      byte[] payload = text.getBytes(charset);
      peer.message(opcode, payload, fragment).flush();
      Case.expect(new Event(opcode, payload, -1), peer);
    }
    return Case.closed(peer);
  }

  private static String json() {
    var random = new Random(1);
    var text = new StringBuilder("[");
    while (text.length() < ALL + 61) {
      text.append("{\"id\":")
          .append(random.nextInt(1 << 20))
          .append(",\"name\":\"größe ")
          .append(Integer.toString(random.nextInt(), 36))
          .append("\",\"value\":")
          .append(random.nextInt(100) / 8.0)
          .append(",\"tags\":[\"a\",\"b\"]},\n");
    }
    return text.toString();
  }

  private static String html() {
    var random = new Random(2);
    var text = new StringBuilder("<!doctype html>");
    while (text.length() < ALL + 83) {
      text.append("<p class=\"c")
          .append(random.nextInt(9))
          .append("\">")
          .append(words(random, 12))
          .append("</p>\n");
    }
    return text.toString();
  }

  private static String prose() {
    return words(new Random(3), 30_000);
  }

  private static String words(Random random, int count) {
    var text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      int word = (int) Math.abs(random.nextGaussian() * 400);
      text.append(Integer.toString(word * 7_919, 36).toLowerCase(Locale.ROOT)).append(' ');
    }
    return text.toString();
  }

  /** Bytes that differ little from those before them, as those of a picture. */
  private static String picture() {
    var random = new Random(4);
    var bytes = new StringBuilder();
    int level = 128;
    for (int i = 0; i < ALL + 1_001; i++) {
      level = Math.floorMod(level + random.nextInt(9) - 4, 256);
      bytes.append((char) level);
    }
    return bytes.toString();
  }

  /** Bytes that cannot be compressed, as those of most documents. */
  private static String noise() {
    var random = new Random(5);
    var bytes = new StringBuilder();
    for (int i = 0; i < ALL + 500; i++) bytes.append((char) random.nextInt(256));
    return bytes.toString();
  }
}
