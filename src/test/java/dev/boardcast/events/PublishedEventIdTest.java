package dev.boardcast.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.HashSet;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublishedEventIdTest {
  private static final String UUID_TEXT = "12a3210b-8c44-4915-aaf3-724eed70ead7";

  @Test
  void aUuidIsItsOwnKeyInAnyCase() {
    assertEquals(UUID.fromString(UUID_TEXT), PublishedEventId.key(UUID_TEXT));
    assertEquals(UUID.fromString(UUID_TEXT), PublishedEventId.key(UUID_TEXT.toUpperCase()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "d-1",
        "1-1-1-1-1",
        "12a3210b8c444915aaf3724eed70ead7",
        "{12a3210b-8c44-4915-aaf3-724eed70ead7}",
        " 12a3210b-8c44-4915-aaf3-724eed70ead7",
        "commande n° 7 😀"
      })
  void otherTextHasAKeyOfVersion8(String text) {
    UUID key = PublishedEventId.key(text);

    assertEquals(8, key.version());
    assertEquals(2, key.variant());
    assertEquals(key, PublishedEventId.key(text));
    assertNotEquals(key, PublishedEventId.key(text + " "));
  }

  @Test
  void theKeyOfATextNeverChanges() {
    // Stored by earlier releases: another key would let a retry through.
    assertEquals(
        UUID.fromString("0741a320-e613-8aac-937e-2644e8e96a28"), PublishedEventId.key("d-1"));
  }

  @Test
  void manyIdsHaveDifferentKeys() {
    var keys = new HashSet<UUID>();
    IntStream.range(0, 100_000).forEach(n -> keys.add(PublishedEventId.key("d-" + n)));

    assertEquals(100_000, keys.size());
  }

  @Test
  void noIdHasNoKey() {
    assertNull(PublishedEventId.key(null));
  }
}
