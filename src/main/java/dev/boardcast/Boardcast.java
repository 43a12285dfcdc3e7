package dev.boardcast;

import dev.boardcast.spi.Authenticator;
import dev.boardcast.spi.BoardModule;
import dev.boardcast.spi.EventPublisher;
import dev.boardcast.spi.NodeInfo;
import dev.boardcast.spi.StreamRules;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A node of Boardcast inside a Vert.x application. The node is a member of a cluster when the given
 * Vert.x is. Thread safe; no method blocks.
 *
 * <pre>{@code
 * Boardcast.deploy(vertx, BoardcastOptions.local(postgres, redis, jwtSecret), Boards.BUILT_IN)
 *     .onSuccess(node -> System.out.println("http://127.0.0.1:" + node.httpPort()));
 * }</pre>
 */
public final class Boardcast {
  private final RunningNode node;

  private Boardcast(RunningNode node) {
    this.node = node;
  }

  /**
   * Starts a node with everything but the options by default: see {@link Builder#start}.
   *
   * @param boards such as {@link Boards#BUILT_IN}
   */
  public static Future<Boardcast> deploy(
      Vertx vertx, BoardcastOptions options, List<BoardModule> boards) {
    return builder(vertx, options).boards(boards).start();
  }

  /**
   * Prepares a node.
   *
   * @param vertx the node's verticles are deployed on it; it is never closed by Boardcast
   */
  public static Builder builder(Vertx vertx, BoardcastOptions options) {
    return new Builder(vertx, options);
  }

  /**
   * Mounts every path of the node on a router of the application: API, WebSockets, event streams
   * and pages. Call it before the router gets a body handler; a body that was read already cannot
   * be ingested. Each event loop that serves requests needs a router of its own, and so a mount of
   * its own.
   *
   * @param path such as {@code /dashboards}: begins with a slash and does not end with one
   * @throws IllegalArgumentException for another path
   */
  public void mount(Router router, String path) {
    node.mount(router, path);
  }

  /** The port on which the node serves every path; 0 without one. */
  public int httpPort() {
    return node.info().httpPort();
  }

  /** The port on which the node serves client connections only; 0 without one. */
  public int gatewayPort() {
    return node.info().gatewayPort();
  }

  /**
   * Publishes events of the application, in transactions on the node's database. In mode broadcast
   * there is none: {@code append} takes null for it, and publishes at once.
   */
  public EventPublisher events() {
    return node.events();
  }

  /**
   * Replaces the rules of application streams that the options gave, on this node. Open sessions
   * lose the topics that they may no longer see, with the error {@code forbidden}; requests and
   * messages that follow are judged by the new rules.
   */
  public void streamRules(StreamRules rules) {
    node.streamRules(Objects.requireNonNull(rules));
  }

  /** The node's name, version, roles and addresses. */
  public NodeInfo info() {
    return node.info();
  }

  /**
   * Completes when the node has closed, whether by {@link #close}, by an operator's request, or by
   * itself after a fault: see {@link Builder#failureHandler}. Does not fail.
   */
  public Future<Void> closed() {
    return node.closed();
  }

  /**
   * Closes the node: takes no new clients, tells connected ones to reconnect elsewhere, completes
   * requests, and hands leases over. Takes as long as {@code gateway-drain}, and some seconds. May
   * be called again.
   *
   * @return completes when the node has closed; does not fail
   */
  public Future<Void> close() {
    return node.close();
  }

  /** Collects what a node is made of. Used by one thread, for one node. */
  public static final class Builder {
    private final Vertx vertx;
    private final BoardcastOptions options;
    private List<BoardModule> boards = List.of();
    private Optional<Authenticator> authenticator = Optional.empty();
    private Optional<MeterRegistry> registry = Optional.empty();
    private Optional<Supplier<String>> prometheus = Optional.empty();
    private Clock clock = Clock.systemUTC();
    private boolean listens = true;
    private Consumer<Throwable> failureHandler = failure -> {};

    private Builder(Vertx vertx, BoardcastOptions options) {
      this.vertx = Objects.requireNonNull(vertx);
      this.options = Objects.requireNonNull(options);
    }

    /**
     * Sets the boards, none by default. Their names are unique.
     *
     * @param modules such as {@link Boards#BUILT_IN}
     */
    public Builder boards(List<BoardModule> modules) {
      boards = List.copyOf(modules);
      return this;
    }

    /**
     * Sets who verifies tokens, in place of the keys in the options. It is called on event loops
     * and must not block.
     */
    public Builder authenticator(Authenticator own) {
      authenticator = Optional.of(own);
      return this;
    }

    /**
     * Sets the registry that the node's meters are added to, and removed from when it closes; each
     * has the tag {@code application}. By default the node has a registry of its own.
     */
    public Builder meterRegistry(MeterRegistry own) {
      registry = Optional.of(own);
      return this;
    }

    /**
     * Sets what {@code GET /metrics} answers, in the Prometheus format. A node with a given {@link
     * #meterRegistry} answers 404 by default, since the registry has meters of others.
     */
    public Builder prometheus(Supplier<String> scrape) {
      prometheus = Optional.of(scrape);
      return this;
    }

    /**
     * Has the node listen on no port, neither the HTTP port nor the gateway's: the application
     * serves it, by {@link Boardcast#mount}.
     */
    public Builder withoutPorts() {
      listens = false;
      return this;
    }

    /** Sets the clock, the system's by default; for tests. */
    public Builder clock(Clock other) {
      clock = Objects.requireNonNull(other);
      return this;
    }

    /**
     * Sets what is told why the node closes itself, once, when it has a fault that only a restart
     * repairs: its clustered Vert.x was shut down, for example, or the process is out of memory,
     * which is an {@link OutOfMemoryError}. {@link Boardcast#closed} completes later, when sessions
     * were sent elsewhere. Called on any thread; must not block. Boardcast never exits the process:
     * whether to do so, which is the safe answer to an error, is the application's decision.
     */
    public Builder failureHandler(Consumer<Throwable> handler) {
      failureHandler = Objects.requireNonNull(handler);
      return this;
    }

    /**
     * Migrates the schema and deploys what the roles ask for.
     *
     * @return completes when the node takes traffic. Fails when the options, the boards or the
     *     database cannot be used, or a port is taken; everything is undeployed then, and the given
     *     Vert.x goes on.
     */
    public Future<Boardcast> start() {
      NodeOptions checked;
      try {
        checked = NodeOptions.of(options, boards);
        checked.requirePortsFor(listens);
      } catch (IllegalArgumentException unusable) {
        return Future.failedFuture(unusable);
      }
      var inputs =
          new NodeInputs(
              vertx,
              checked,
              boards,
              authenticator,
              registry,
              prometheus,
              clock,
              listens,
              failureHandler);
      return create(inputs)
          .compose(
              node ->
                  node.start()
                      .map(opened -> new Boardcast(node))
                      .recover(
                          failure ->
                              node.close().transform(closed -> Future.failedFuture(failure))));
    }

    private static Future<RunningNode> create(NodeInputs inputs) {
      return inputs.options().mode() == Mode.BROADCAST
          ? BroadcastAssembly.create(inputs)
          : NodeAssembly.create(inputs).map(node -> node);
    }
  }
}
