package dev.boardcast.lab.replay;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Sends what later lines refer to, one a request, and waits for the response before all others. */
final class ReplayReferences implements ReplayBoard {
  private final String path;

  ReplayReferences(String path) {
    this.path = path;
  }

  @Override
  public List<String> timeFields() {
    return List.of();
  }

  @Override
  public void add(ReplayLines.ReplayLine line, Consumer<ReplayRequest> out) {
    out.accept(
        new ReplayRequest(
            0,
            true,
            HttpMethod.POST,
            path,
            ReplayRequest.JSON,
            Optional.empty(),
            Buffer.buffer(line.text()),
            List.of(line.number()),
            line.bytes()));
  }

  @Override
  public void flush(Consumer<ReplayRequest> out) {
    // Each line is a request.
  }
}
