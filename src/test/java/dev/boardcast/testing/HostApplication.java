package dev.boardcast.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;
import io.vertx.core.json.jackson.DatabindCodec;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/**
 * An application that embeds Boardcast. Its Vert.x has an address, a codec, a verticle and a timer
 * of its own, and {@link #state} finds what Boardcast leaves behind. Calls block.
 */
public final class HostApplication implements AutoCloseable {
  private static final String ADDRESS = "host.greetings";

  // Threads of Vert.x, Netty and test libraries.
  private static final List<String> FOREIGN =
      List.of("vert.x-", "globalEventExecutor", "awaitility-", "junit-");

  private final Vertx vertx = Vertx.vertx();

  /** A message of the application on its bus. */
  private record Greeting(String text) {}

  /**
   * What an embedded Boardcast could leave behind.
   *
   * @param json the configuration of Vert.x's object mapper in this JVM
   * @param threads non-daemon threads
   */
  public record State(
      Set<Object> json,
      Set<String> deployments,
      Set<String> addresses,
      Set<String> timers,
      Set<String> ports,
      Set<String> threads) {}

  /** Starts the application. */
  public HostApplication() throws Exception {
    vertx.eventBus().registerDefaultCodec(Greeting.class, new GreetingCodec());
    vertx.deployVerticle(new Greeter()).await(10, TimeUnit.SECONDS);
    assertWorks();
  }

  public Vertx vertx() {
    return vertx;
  }

  /** Checks that its bus, codec and verticle still work. */
  public void assertWorks() throws Exception {
    var answer = vertx.eventBus().<Greeting>request(ADDRESS, new Greeting("hello"));
    assertEquals("hello, host", answer.await(10, TimeUnit.SECONDS).body().text());
  }

  /** The current state. */
  public State state() throws ReflectiveOperationException {
    var mapper = DatabindCodec.mapper();
    return new State(
        Set.of(
            mapper.getSerializationConfig(),
            mapper.getDeserializationConfig(),
            Set.copyOf(mapper.getRegisteredModuleIds())),
        new TreeSet<>(vertx.deploymentIDs()),
        keys(vertx.eventBus(), "handlerMap"),
        keys(vertx, "timeouts"),
        keys(vertx, "sharedNetServers"),
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> !thread.isDaemon())
            .map(Thread::getName)
            .filter(name -> FOREIGN.stream().noneMatch(name::startsWith))
            .collect(Collectors.toCollection(TreeSet::new)));
  }

  /** Waits until the state equals an earlier one. */
  public void awaitState(State expected) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertEquals(expected, state()));
  }

  @Override
  public void close() throws TimeoutException {
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  /** By reflection: Vert.x has no public method for it. */
  private static Set<String> keys(Object owner, String field) throws ReflectiveOperationException {
    for (Class<?> type = owner.getClass(); type != null; type = type.getSuperclass()) {
      for (Field candidate : type.getDeclaredFields()) {
        if (!candidate.getName().equals(field)) continue;
        candidate.setAccessible(true);
        return ((Map<?, ?>) candidate.get(owner))
            .keySet().stream().map(Object::toString).collect(Collectors.toCollection(TreeSet::new));
      }
    }
    throw new NoSuchFieldException(field);
  }

  private static final class Greeter extends VerticleBase {
    @Override
    public Future<?> start() {
      vertx.setPeriodic(60_000, tick -> {});
      return vertx
          .eventBus()
          .<Greeting>consumer(
              ADDRESS, message -> message.reply(new Greeting(message.body().text() + ", host")))
          .completion();
    }
  }

  private static final class GreetingCodec implements MessageCodec<Greeting, Greeting> {
    @Override
    public void encodeToWire(Buffer wire, Greeting greeting) {
      wire.appendString(greeting.text());
    }

    @Override
    public Greeting decodeFromWire(int position, Buffer wire) {
      return new Greeting(wire.getString(position, wire.length()));
    }

    @Override
    public Greeting transform(Greeting greeting) {
      return greeting;
    }

    @Override
    public String name() {
      return "greeting";
    }

    @Override
    public byte systemCodecID() {
      return -1;
    }
  }
}
