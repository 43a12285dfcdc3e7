package dev.boardcast.lab.replay;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Sends facts of one kind as NDJSON, many lines a request, requests in parallel. */
final class ReplayBatches implements ReplayBoard {
  private static final int MAX_LINES = 500;
  private static final int MAX_BYTES = 256 << 10;

  private final String path;
  private final String timeField;
  private Buffer body = Buffer.buffer();
  private List<Long> lines = new ArrayList<>();
  private long bytes;
  private boolean isInOrder;
  private int sent;

  ReplayBatches(String path, String timeField) {
    this.path = path;
    this.timeField = timeField;
  }

  /** Sends one request after another. */
  ReplayBatches inOrder() {
    isInOrder = true;
    return this;
  }

  @Override
  public List<String> timeFields() {
    return List.of(timeField);
  }

  @Override
  public void add(ReplayLines.ReplayLine line, Consumer<ReplayRequest> out) {
    if (body.length() + line.text().length >= MAX_BYTES) flush(out);
    body.appendBytes(line.text()).appendByte((byte) '\n');
    lines.add(line.number());
    bytes += line.bytes();
    if (lines.size() == MAX_LINES) flush(out);
  }

  @Override
  public void flush(Consumer<ReplayRequest> out) {
    if (lines.isEmpty()) return;
    out.accept(
        new ReplayRequest(
            isInOrder ? 0 : sent++,
            false,
            HttpMethod.POST,
            path,
            ReplayRequest.NDJSON,
            Optional.empty(),
            body,
            List.copyOf(lines),
            bytes));
    body = Buffer.buffer();
    lines = new ArrayList<>();
    bytes = 0;
  }
}
