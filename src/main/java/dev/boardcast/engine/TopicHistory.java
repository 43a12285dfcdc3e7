package dev.boardcast.engine;

import dev.boardcast.spi.Problem;
import dev.boardcast.spi.RawJson;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import java.util.Set;

/**
 * Reads the past of topics for clients that may see them, with the parameters, limits and results
 * of the HTTP API. Thread safe.
 *
 * <p>Each call fails with a {@link Problem}: 400 naming a parameter, 503 when too many wait.
 */
public interface TopicHistory {
  /** For a node without a database. */
  TopicHistory NONE =
      new TopicHistory() {
        @Override
        public Future<RawJson> ofStreams(String topic, Set<String> streams, MultiMap parameters) {
          return Future.failedFuture(Problem.unavailable("there is no history here", 1));
        }

        @Override
        public Future<RawJson> ofBoard(String board, MultiMap parameters) {
          return Future.failedFuture(Problem.unavailable("there is no history here", 1));
        }
      };

  /**
   * A page of events, as of {@code GET /api/v1/streams/{name}/events}.
   *
   * @param topic the topic in the events
   * @param streams of one shard, at least one
   * @param parameters {@code after}, {@code before}, {@code limit}
   */
  Future<RawJson> ofStreams(String topic, Set<String> streams, MultiMap parameters);

  /**
   * Series of metrics, as of {@code GET /api/v1/boards/{name}/history}.
   *
   * @param parameters {@code metric}, {@code from}, {@code to}, {@code step}
   */
  Future<RawJson> ofBoard(String board, MultiMap parameters);
}
