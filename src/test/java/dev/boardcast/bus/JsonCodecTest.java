package dev.boardcast.bus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonCodecTest {
  private final JsonCodec<OutboxCommitted> codec = new JsonCodec<>("test", OutboxCommitted.class);

  @Test
  void aMessageIsReadAsItWasWritten() {
    Buffer wire = Buffer.buffer("abc");
    codec.encodeToWire(wire, new OutboxCommitted(3));

    assertEquals(new OutboxCommitted(3), codec.decodeFromWire(3, wire));
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MAX_VALUE, 1 << 20, -1, Integer.MIN_VALUE})
  void anAbsurdLengthIsRefusedBeforeMemoryIsTaken(int absurd) {
    Buffer wire = Buffer.buffer();
    codec.encodeToWire(wire, new OutboxCommitted(3));
    wire.setInt(0, absurd);

    assertThrows(IllegalArgumentException.class, () -> codec.decodeFromWire(0, wire));
  }
}
