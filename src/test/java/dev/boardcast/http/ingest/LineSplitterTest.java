package dev.boardcast.http.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineSplitterTest {
  private static final int MAX = 4;

  private final List<String> seen = new ArrayList<>();

  private LineSplitter splitter() {
    return new LineSplitter(
        MAX,
        new LineSplitter.Lines() {
          @Override
          public void line(long number, byte[] bytes) {
            seen.add(number + ":" + new String(bytes, StandardCharsets.UTF_8));
          }

          @Override
          public void overlong(long number) {
            seen.add(number + " is too long");
          }
        });
  }

  @Test
  void linesAreTheSameHoweverTheyAreCutIntoBuffers() {
    String body = "ab\ncde\r\n\nfghi\nmuch too long\n\r\nxy\r\n \t \n  \r\n \n z\nlast\n ";
    var expected = List.of("1:ab", "2:cde", "4:fghi", "5 is too long", "7:xy", "11: z", "12:last");
    for (int size = 1; size <= body.length(); size++) {
      seen.clear();
      var fresh = splitter();
      for (int at = 0; at < body.length(); at += size) {
        fresh.feed(Buffer.buffer(body.substring(at, Math.min(body.length(), at + size))));
        while (fresh.hasMore()) fresh.next();
      }
      fresh.end();
      assertEquals(expected, seen, "buffers of " + size);
    }
  }
}
