package dev.boardcast.lab.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplayInputTest {
  private static final String LINES = "\n \n{\"a\":1}\n{\"a\":2}\n";

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(strings = {LINES, "{}", "", "\n"})
  void linesAreReadAsTheyAre(String text) throws IOException {
    Path file = Files.writeString(directory.resolve("facts.ndjson"), text);
    assertEquals(text, read(file));
  }

  @Test
  void gzipIsFoundByItsFirstBytes() throws IOException {
    Path file = directory.resolve("facts.ndjson");
    try (var zip = new GZIPOutputStream(Files.newOutputStream(file))) {
      zip.write(LINES.getBytes(StandardCharsets.UTF_8));
    }
    assertEquals(LINES, read(file));
  }

  @Test
  void aDashIsTheStandardInput() throws IOException {
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream(LINES.getBytes(StandardCharsets.UTF_8)));
    try {
      assertEquals(LINES, read(Path.of("-")));
    } finally {
      System.setIn(before);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"[{\"a\":1}]", " \n[\n", "a,b\n1,2\n", "\u00ef\u00bb\u00bfx"})
  void otherFormatsAreNamed(String text) throws IOException {
    Path file = Files.writeString(directory.resolve("facts"), text);
    var other = assertThrows(ReplayInput.OtherFormat.class, () -> ReplayInput.open(file));
    String says = text.contains("[") ? "not a JSON array" : "not CSV or other text";
    assertEquals(true, other.getMessage().contains(says), other.getMessage());
  }

  private static String read(Path file) throws IOException {
    try (InputStream in = ReplayInput.open(file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
