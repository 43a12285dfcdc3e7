package dev.boardcast.admin;

import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.SessionList;
import dev.boardcast.bus.SessionRequest;
import dev.boardcast.bus.TypedBus;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/**
 * Finds and ends sessions on all nodes, and answers such requests of other nodes. Thread safe, and
 * one per node.
 */
public final class SessionDirectory {
  private final TypedBus bus;
  private final String node;
  private final Function<SessionRequest, Future<SessionList>> own;
  private final AnswerCollector<SessionList> answers;

  /**
   * @param node the name of this node
   * @param own the sessions of this node; never fails
   * @param timeout how long nodes may take to answer
   */
  public SessionDirectory(
      Vertx vertx,
      TypedBus bus,
      String node,
      Function<SessionRequest, Future<SessionList>> own,
      Duration timeout) {
    this.bus = bus;
    this.node = node;
    this.own = own;
    this.answers = new AnswerCollector<>(vertx, timeout);
  }

  /** What an operator looks for; a criterion that is null does not matter. */
  record Search(String node, String user, String topic, String after, int limit) {}

  /** The sessions that nodes have, by node; fails when too many requests are open. */
  Future<Map<String, SessionList>> find(Search search, Set<String> expected) {
    return ask(
        expected,
        id ->
            new SessionRequest(
                id,
                search.node(),
                search.user(),
                search.topic(),
                search.after(),
                search.limit(),
                null));
  }

  /** Ends a session: the node that had it answers with it; fails as {@link #find} does. */
  Future<Map<String, SessionList>> end(String session, Set<String> expected) {
    return ask(expected, id -> new SessionRequest(id, null, null, null, null, 1, session));
  }

  /** Answers the requests of all nodes; one instance. */
  public VerticleBase verticle() {
    return new Answering();
  }

  private Future<Map<String, SessionList>> ask(
      Set<String> expected, Function<UUID, SessionRequest> request) {
    return answers.collect(
        expected, id -> bus.publish(Addresses.SESSION_REQUESTS, request.apply(id)));
  }

  private void answer(SessionRequest request) {
    if (request.node() != null && !request.node().equals(node)) return;
    own.apply(request).onSuccess(list -> bus.publish(Addresses.SESSION_LISTS, list));
  }

  private void received(SessionList list) {
    answers.received(list.request(), list.node(), list);
  }

  private final class Answering extends VerticleBase {
    private final List<MessageConsumer<?>> consumers = new ArrayList<>();

    @Override
    public Future<?> start() {
      return bus.subscribe(Addresses.SESSION_REQUESTS, SessionDirectory.this::answer)
          .onSuccess(consumers::add)
          .compose(up -> bus.subscribe(Addresses.SESSION_LISTS, SessionDirectory.this::received))
          .onSuccess(consumers::add);
    }

    @Override
    public Future<?> stop() {
      return Future.join(consumers.stream().map(MessageConsumer::unregister).toList());
    }
  }
}
