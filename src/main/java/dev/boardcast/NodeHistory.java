package dev.boardcast;

import dev.boardcast.engine.TopicHistory;
import dev.boardcast.events.StreamHistory;
import dev.boardcast.metrics.history.BoardHistory;
import dev.boardcast.spi.RawJson;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import java.util.Set;

/** The past of streams and boards, for the sessions of a node. */
record NodeHistory(StreamHistory streams, BoardHistory boards) implements TopicHistory {
  @Override
  public Future<RawJson> ofStreams(String topic, Set<String> names, MultiMap parameters) {
    return streams.read(topic, names, parameters);
  }

  @Override
  public Future<RawJson> ofBoard(String board, MultiMap parameters) {
    return boards.read(board, parameters);
  }
}
