package dev.boardcast.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.Deflater;

/**
 * Sizes of JSON messages, plain and compressed as permessage-deflate without context does. One
 * thread.
 */
final class MessageBytes {
  private static final int TAIL = 4;
  private static final int MOST_MEMBERS = 8;
  private static final Deflater DEFLATER = new Deflater(Deflater.DEFAULT_COMPRESSION, true);

  private MessageBytes() {}

  static double mean(List<String> texts) {
    return texts.stream().mapToInt(text -> utf8(text).length).average().orElseThrow();
  }

  /** The mean with each message compressed, where that makes it smaller. */
  static double meanCompressed(List<String> texts) {
    return texts.stream()
        .mapToInt(text -> Math.min(utf8(text).length, compressed(utf8(text))))
        .average()
        .orElseThrow();
  }

  static int compressed(byte[] message) {
    DEFLATER.reset();
    DEFLATER.setInput(message);
    var out = new byte[message.length + 1024];
    return DEFLATER.deflate(out, 0, out.length, Deflater.SYNC_FLUSH) - TAIL;
  }

  /** The mean bytes of what messages consist of: their envelope, and members of the patch. */
  static String members(List<String> texts) throws IOException {
    Map<String, Integer> bytes = new HashMap<>();
    for (String text : texts) {
      JsonNode message = Json.MAPPER.readTree(text);
      String body = message.has("patch") ? "patch" : "data";
      String content = Json.encode(message.get(body));
      bytes.merge("envelope", utf8(text).length - utf8(content).length, Integer::sum);
      if (body.equals("data")) bytes.merge("whole", utf8(content).length, Integer::sum);
      else add(bytes, "", message.get(body));
    }
    return bytes.entrySet().stream()
        .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
        .limit(MOST_MEMBERS)
        .map(
            member ->
                String.format(
                    Locale.ROOT,
                    "%s %.0f",
                    member.getKey(),
                    (double) member.getValue() / texts.size()))
        .collect(Collectors.joining(", "));
  }

  /**
   * Members of members count by the name of the outer one and their own, whatever is in between.
   */
  private static void add(Map<String, Integer> bytes, String outer, JsonNode patch) {
    for (Map.Entry<String, JsonNode> member : patch.properties()) {
      int own = utf8(Json.encode(member.getKey())).length + 2;
      JsonNode value = member.getValue();
      if (value.isObject() && outer.isEmpty()) {
        bytes.merge(member.getKey() + " names", own + 2, Integer::sum);
        add(bytes, member.getKey(), value);
      } else if (value.isObject()) {
        bytes.merge(outer + " names", own + 2, Integer::sum);
        add(bytes, outer, value);
      } else {
        String name = outer.isEmpty() ? member.getKey() : outer + "…" + member.getKey();
        bytes.merge(name, own + utf8(Json.encode(value)).length, Integer::sum);
      }
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
