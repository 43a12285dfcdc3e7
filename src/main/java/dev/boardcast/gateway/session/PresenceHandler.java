package dev.boardcast.gateway.session;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.bus.PresenceData;
import dev.boardcast.gateway.GatewayLoop;
import dev.boardcast.gateway.TopicCatalogue;
import dev.boardcast.gateway.TopicCatalogue.Verdict;
import dev.boardcast.gateway.presence.PresenceRegistry;
import dev.boardcast.gateway.presence.PresenceUpdate;
import dev.boardcast.gateway.presence.PresenceWatcher;
import dev.boardcast.gateway.protocol.ClientMessage;
import dev.boardcast.gateway.protocol.Dialect;
import dev.boardcast.gateway.protocol.ErrorCode;
import dev.boardcast.gateway.protocol.Frame;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Makes sessions present on topics that they are subscribed to, and tells them who else is there.
 * Who sees the others is seen by them, except sessions without a user. One event loop.
 */
public final class PresenceHandler implements PresenceWatcher {
  /** Most topics on which one session is present. */
  static final int MAX_TOPICS = 20;

  /** Most changes of what a session shows on a topic in a second. */
  static final int MAX_PER_SECOND = 5;

  private final TopicCatalogue topics;
  private final PresenceRegistry registry;
  private final GatewayLoop loop;
  private final Consumer<Runnable> onLoop;
  private final Map<String, Map<Session, Watch>> watches = new HashMap<>();

  /** A session on a topic. */
  private static final class Watch {
    // Of the last update that was sent.
    private long version;
    // As which it is present; null for a session that only sees the others.
    private String user;
    private long second;
    private int inSecond;

    boolean isTooFast(long now) {
      if (now / 1_000 != second) {
        second = now / 1_000;
        inSecond = 0;
      }
      return ++inSecond > MAX_PER_SECOND;
    }
  }

  /**
   * @param onLoop runs a task on this event loop, from any thread
   */
  public PresenceHandler(
      TopicCatalogue topics,
      PresenceRegistry registry,
      GatewayLoop loop,
      Consumer<Runnable> onLoop) {
    this.topics = topics;
    this.registry = registry;
    this.loop = loop;
    this.onLoop = onLoop;
  }

  /** Carries out a message of a client. */
  void onMessage(Session session, ClientMessage.Presence message) {
    String asked = message.topic();
    // A board with a pinned parameter may be meant by its bare name, as when unsubscribing.
    String topic = session.follows(asked) ? asked : topics.canonical(asked, session.principal());
    Watch known = watch(session, topic);
    if (!session.follows(topic)) {
      refuse(
          session,
          ErrorCode.INVALID,
          "topic: expected one that the session is subscribed to",
          "topic",
          topic,
          message.id());
    } else if (!message.present()) {
      end(session, topic);
    } else if (known != null && known.isTooFast(loop.now())) {
      String most = "at most %d messages in a second to a topic".formatted(MAX_PER_SECOND);
      refuse(session, ErrorCode.TOO_FAST, most, null, topic, message.id());
    } else if (topics.waitsForTeams(topic) && !session.teamsKnown()) {
      refuse(session, ErrorCode.UNAVAILABLE, "teams are being read", null, topic, message.id());
    } else {
      begin(session, topic, message.data(), message.id());
    }
  }

  /**
   * Makes a session present on a topic that it is subscribed to, and sends it the list; an error
   * where it may not see that. The session's teams are known, where the topic depends on them.
   *
   * @param data what its user shows; null to leave that as it is
   * @param id of the request; null for none
   */
  void begin(Session session, String topic, PresenceData data, JsonNode id) {
    if (topics.findPresence(topic, session.principal()) instanceof Verdict.Refused refused) {
      refuse(session, refused.code(), refused.message(), "presence", topic, id);
      return;
    }
    Watch watch = watch(session, topic);
    if (watch == null && count(session) >= MAX_TOPICS) {
      String most = "presence: at most %d topics".formatted(MAX_TOPICS);
      refuse(session, ErrorCode.TOO_MANY_TOPICS, most, "presence", topic, id);
      return;
    }
    String user = session.user();
    if (user != null && !registry.enter(topic, user, session.id(), data)) {
      String full = "this node has too many present users";
      refuse(session, ErrorCode.UNAVAILABLE, full, "presence", topic, id);
      return;
    }
    if (watch == null) {
      watch = new Watch();
      watches.computeIfAbsent(topic, first -> new LinkedHashMap<>(4)).put(session, watch);
    }
    watch.user = user;
    PresenceUpdate current = registry.watch(topic, this);
    watch.version = current.version();
    session.dialect().presence(current.list(), id).ifPresent(session::send);
  }

  /** A session is no longer present on a topic, if it was. */
  void end(Session session, String topic) {
    Map<Session, Watch> sessions = watches.get(topic);
    Watch watch = sessions == null ? null : sessions.remove(session);
    if (watch == null) return;
    if (sessions.isEmpty()) {
      watches.remove(topic);
      registry.unwatch(topic, this);
    }
    if (watch.user != null) registry.leave(topic, watch.user, session.id());
  }

  /** A session is no longer present anywhere. */
  void endAll(Session session) {
    if (watches.isEmpty()) return;
    session.topics().forEach(topic -> end(session, topic));
  }

  /** The rights of a session have changed, or its user is known now. */
  void recheck(Session session) {
    if (watches.isEmpty()) return;
    for (String topic : session.topics()) {
      Watch watch = watch(session, topic);
      if (watch == null || (topics.waitsForTeams(topic) && !session.teamsKnown())) continue;
      if (topics.findPresence(topic, session.principal()) instanceof Verdict.Refused refused) {
        end(session, topic);
        refuse(session, refused.code(), refused.message(), "presence", topic, null);
      } else if (!Objects.equals(watch.user, session.user())) {
        begin(session, topic, null, null);
      }
    }
  }

  @Override
  public void updated(PresenceUpdate update) {
    onLoop.accept(() -> deliver(update));
  }

  private void deliver(PresenceUpdate update) {
    Map<Session, Watch> sessions = watches.get(update.topic());
    if (sessions == null) return;
    var whole = new Encoded(dialect -> dialect.conflatedPresence(update.list()));
    var changes =
        update.delta() == null
            ? whole
            : new Encoded(dialect -> dialect.presenceChange(update.delta()));
    sessions.forEach(
        (session, watch) -> {
          if (watch.version >= update.version()) return;
          watch.version = update.version();
          // A client that does not read gets the whole once it does, instead of all changes.
          (session.writer().isBacklogged() ? whole : changes).to(session);
        });
  }

  /** A message, encoded once per dialect. */
  private record Encoded(
      Function<Dialect, Optional<Frame>> encode, Map<Dialect, Optional<Frame>> frames) {
    Encoded(Function<Dialect, Optional<Frame>> encode) {
      this(encode, new IdentityHashMap<>(2));
    }

    void to(Session session) {
      frames.computeIfAbsent(session.dialect(), encode).ifPresent(session::send);
    }
  }

  private Watch watch(Session session, String topic) {
    Map<Session, Watch> sessions = watches.get(topic);
    return sessions == null ? null : sessions.get(session);
  }

  private int count(Session session) {
    int count = 0;
    for (String topic : session.topics()) {
      if (watch(session, topic) != null) count++;
    }
    return count;
  }

  private static void refuse(
      Session session, ErrorCode code, String message, String field, String topic, JsonNode id) {
    session.dialect().refused(code, message, field, topic, id).ifPresent(session::send);
  }
}
