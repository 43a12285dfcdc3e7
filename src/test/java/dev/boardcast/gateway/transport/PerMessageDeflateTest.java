package dev.boardcast.gateway.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import java.util.zip.DataFormatException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PerMessageDeflateTest {
  private static final int MOST = 1 << 20;

  private final PerMessageDeflate codec = new PerMessageDeflate();

  /** The examples of RFC 7692, 7.2.3: one block, two, one not compressed, one that is the last. */
  @ParameterizedTest
  @CsvSource({
    "f248cdc9c90700, Hello",
    "f248050000 00ffffcac9c90700, Hello",
    "000500faff48656c6c6f00, Hello",
    "f348cdc9c9070000, Hello",
    // Two streams that end, each with a last block; and one without the empty block after it.
    "f348cdc9c90700f348cdc9c9070000, HelloHello",
    "f348cdc9c90700, Hello",
    "00, ''",
  })
  void theExamplesOfTheRfcAreRead(String hex, String text) throws DataFormatException {
    byte[] message = HexFormat.of().parseHex(hex.replace(" ", ""));
    byte[] read = codec.expand(message, MOST).orElseThrow();
    assertEquals(text, new String(read, StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "f248cdc9c907", "f248cd", "0005", "000500faff4865", "070707", "ff"})
  void aStreamThatIsBrokenOrCutIsRefused(String hex) {
    byte[] message = HexFormat.of().parseHex(hex);
    assertThrows(DataFormatException.class, () -> codec.expand(message, MOST));
  }

  @Test
  void messagesOfAllSizesAreTheSameAfterwards() throws DataFormatException {
    var random = new Random(7);
    for (int size = 0; size < 70_000; size += 1 + size / 7) {
      byte[] noise = new byte[size];
      random.nextBytes(noise);
      byte[] text = "abcdefg ".repeat(size / 8 + 1).substring(0, size).getBytes();
      for (byte[] message : new byte[][] {noise, text}) {
        byte[] read = codec.expand(codec.compress(message), MOST).orElseThrow();
        assertArrayEquals(message, read);
      }
    }
  }

  @Test
  void aMessageOverTheLimitIsNotMade() throws DataFormatException {
    byte[] bomb = codec.compress(new byte[MOST]);
    assertEquals(Optional.empty(), codec.expand(bomb, MOST - 1));
    assertEquals(MOST, codec.expand(bomb, MOST).orElseThrow().length);
    byte[] streams = new byte[100_000];
    // Empty last blocks, each of which starts over.
    for (int i = 0; i + 2 <= streams.length; i += 2) streams[i] = 3;
    assertEquals(
        0, codec.expand(Arrays.copyOf(streams, streams.length + 1), MOST).orElseThrow().length);
  }
}
