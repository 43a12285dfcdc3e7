package dev.boardcast.bus;

import dev.boardcast.spi.RawJson;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Events as a node would send them to others: for tests of what a forger can do. */
public final class EncodedBatch {
  private EncodedBatch() {}

  /**
   * One event of one stream.
   *
   * @param sequence the next one of the shard, or gateways read the log instead
   */
  public static Buffer of(
      int shard, String epoch, long sequence, String stream, String type, String json) {
    var event =
        new LoggedEvent(
            sequence, UUID.randomUUID(), type, List.of(stream), RawJson.of(json), Instant.now());
    Buffer wire = Buffer.buffer();
    new EventBatchCodec("forged")
        .encodeToWire(wire, new EventBatch(shard, epoch, sequence, List.of(event)));
    return wire;
  }
}
