package dev.boardcast.events;

import dev.boardcast.engine.ConcurrencyLimiter;
import dev.boardcast.engine.StreamLog;
import dev.boardcast.spi.QueryParameters;
import dev.boardcast.spi.RawJson;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import java.util.Set;

/** Reads pages of streams for sessions, few at a time on one node. Thread safe. */
public final class StreamHistory {
  private static final int MAX_RUNNING = 4;
  private static final int MAX_WAITING = 100;

  private final StreamCatchUp catchUp;
  private final ConcurrencyLimiter limiter = new ConcurrencyLimiter(MAX_RUNNING, MAX_WAITING);

  public StreamHistory(StreamLog log) {
    this.catchUp = new StreamCatchUp(log);
  }

  /**
   * Reads one page.
   *
   * @return fails with a problem when a parameter is wrong, or too many wait
   */
  public Future<RawJson> read(String topic, Set<String> streams, MultiMap parameters) {
    var query = QueryParameters.of(parameters, Set.of(), StreamPageRequest.PARAMETERS);
    var request = StreamPageRequest.of(query);
    return limiter.run(() -> catchUp.read(topic, streams, request)).map(RawJson::encode);
  }
}
