package dev.boardcast.engine;

import dev.boardcast.bus.EphemeralMessage;
import dev.boardcast.spi.Problem.FieldError;
import dev.boardcast.spi.RawJson;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Publishes what clients send to application streams. Thread safe. */
public interface StreamPublisher {
  /** Stores nothing, for a gateway without a database. */
  StreamPublisher NONE =
      new StreamPublisher() {
        @Override
        public Optional<FieldError> refusal(String topic, String type) {
          return Optional.empty();
        }

        @Override
        public Future<List<Boolean>> store(Publisher by, List<Publication> events) {
          return Future.failedFuture("events cannot be stored here");
        }

        @Override
        public boolean send(EphemeralMessage message) {
          return false;
        }
      };

  /**
   * A client that publishes.
   *
   * @param user null for a client without a token
   * @param address where it connects from
   * @param userAgent as it names itself; null when it does not
   * @param session its session
   */
  record Publisher(String user, String address, String userAgent, String session) {}

  /**
   * One event.
   *
   * @param eventId a new id, which the logged event has
   * @param id chosen by the client; one user stores it once per topic
   */
  record Publication(UUID eventId, String topic, String type, RawJson data, String id) {}

  /** Which field of an event applications may not have so; empty where they may. */
  Optional<FieldError> refusal(String topic, String type);

  /**
   * Stores events in their order, in one transaction.
   *
   * @return after the commit, for each event, whether it is new; fails when none was stored, or
   *     when that is not known
   */
  Future<List<Boolean>> store(Publisher by, List<Publication> events);

  /** Sends a message that is not stored; false when the node has too many. */
  boolean send(EphemeralMessage message);
}
