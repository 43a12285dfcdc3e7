package dev.boardcast.gateway.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.boardcast.spi.RawJson;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class FrameTest {
  private static final int PLAIN = 0x81;
  private static final int COMPRESSED = 0xc1;

  private final AtomicInteger made = new AtomicInteger();
  private final Frame.Compressor half =
      message -> {
        made.incrementAndGet();
        return new byte[message.length / 2];
      };

  @Test
  void aMessageIsCompressedOnceForAllItsReceivers() {
    Frame frame = of(1_000);
    for (int receiver = 0; receiver < 3; receiver++) {
      assertEquals(COMPRESSED, head(frame, half));
      assertEquals(4 + frame.size() / 2, frame.wireSize(half));
    }
    assertEquals(1, made.get());
  }

  @Test
  void itIsNotCompressedForThoseWhoHaveNotAgreed() {
    Frame frame = of(1_000);
    assertEquals(PLAIN, head(frame, null));
    assertEquals(0, made.get());
    head(frame, half);
    assertEquals(PLAIN, head(frame, null));
    assertEquals(4 + frame.size(), frame.wireSize(null));
  }

  @Test
  void smallMessagesAndThoseThatWouldGrowAreSentAsTheyAre() {
    assertEquals(PLAIN, head(of(20), half));
    assertEquals(0, made.get());
    assertEquals(PLAIN, head(of(1_000), message -> new byte[message.length + 1]));
  }

  private static Frame of(int length) {
    return Frame.of(RawJson.of("\"" + "x".repeat(length) + "\""));
  }

  /** The first byte on the wire. */
  private static int head(Frame frame, Frame.Compressor compressor) {
    int size = frame.wireSize(compressor);
    ByteBuf wire = Unpooled.buffer(size, size);
    frame.writeTo(wire, 0, compressor);
    return wire.getUnsignedByte(0);
  }
}
