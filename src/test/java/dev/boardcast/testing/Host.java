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
 * An application that Boardcast is embedded in: it has a Vert.x with an address, a codec, a
 * verticle and a timer of its own, and knows what of all that is whose. Calls block.
 */
public final class Host implements AutoCloseable {
  private static final String ADDRESS = "host.greetings";

  // Threads of Vert.x, Netty and the tests' own tools.
  private static final List<String> FOREIGN =
      List.of("vert.x-", "globalEventExecutor", "awaitility-", "junit-");

  private final Vertx vertx = Vertx.vertx();

  /** What an application says on its own bus. */
  private record Greeting(String text) {}

  /**
   * Everything that can be left behind.
   *
   * @param json which configuration the mapper of this JVM's Vert.x has; it is replaced when
   *     changed
   * @param threads that keep a JVM alive
   */
  public record State(
      Set<Object> json,
      Set<String> deployments,
      Set<String> addresses,
      Set<String> timers,
      Set<String> ports,
      Set<String> threads) {}

  /** A host at work. */
  public Host() throws Exception {
    vertx.eventBus().registerDefaultCodec(Greeting.class, new GreetingCodec());
    vertx.deployVerticle(new Greeter()).await(10, TimeUnit.SECONDS);
    assertGoesOn();
  }

  public Vertx vertx() {
    return vertx;
  }

  /** Its bus, its codec and its verticle still do what they did. */
  public void assertGoesOn() throws Exception {
    var answer = vertx.eventBus().<Greeting>request(ADDRESS, new Greeting("hello"));
    assertEquals("hello, host", answer.await(10, TimeUnit.SECONDS).body().text());
  }

  /** What there is now. */
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

  /** Waits until there is nothing more than there was, and nothing less. */
  public void awaitState(State expected) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertEquals(expected, state()));
  }

  @Override
  public void close() throws TimeoutException {
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  /** Vert.x does not tell by itself. */
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
