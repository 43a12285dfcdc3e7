package dev.boardcast.gateway.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import dev.boardcast.gateway.GatewayFixture;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What {@link NettyInternals} expects below Vert.x's public API. A failure here after an upgrade of
 * Vert.x means: it no longer fits, and {@link TransportSupport#KNOWN_VERSIONS} must not name that
 * version before it does.
 */
class NettyInternalsIT {
  private static final NettyInternals INTERNALS = new NettyInternals();

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theChannelOfARequestIsFoundAndItsKernelBufferLimited(boolean nativeTransport)
      throws Exception {
    Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(nativeTransport));
    var seen = new CompletableFuture<String>();
    try {
      HttpServer server =
          vertx.createHttpServer().requestHandler(request -> seen.complete(look(request)));
      GatewayFixture.await(server.listen(0, "127.0.0.1"));
      GatewayFixture.await(vertx.createNetClient().connect(server.actualPort(), "127.0.0.1"))
          .write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
      String expected = vertx.isNativeTransportEnabled() ? "not sent 1024" : "kept";
      assertEquals(expected, seen.get(20, TimeUnit.SECONDS));
    } finally {
      GatewayFixture.await(vertx.close());
    }
  }

  private static String look(HttpServerRequest request) {
    Optional<Channel> channel = INTERNALS.channel(request.connection());
    if (channel.isEmpty()) return "no channel";
    int before = channel.get().config().getOption(ChannelOption.SO_SNDBUF);
    NettyInternals.limitKernelBuffer(channel.get());
    Long notSent =
        channel
            .get()
            .config()
            .getOption(
                ChannelOption.<Long>valueOf(
                    "io.netty.channel.epoll.EpollChannelOption#TCP_NOTSENT_LOWAT"));
    if (notSent != null) return "not sent " + notSent;
    int after = channel.get().config().getOption(ChannelOption.SO_SNDBUF);
    return after < before ? "kept" : "kept " + after + " of " + before;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void bytesGoDirectlyToTheKernelWhereThatIsPossible(boolean nativeTransport) throws Exception {
    Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(nativeTransport));
    var taken = new CompletableFuture<Integer>();
    var came = new CompletableFuture<String>();
    try {
      HttpServer server =
          vertx
              .createHttpServer()
              .requestHandler(request -> taken.complete(send(request, "straight")));
      GatewayFixture.await(server.listen(0, "127.0.0.1"));
      GatewayFixture.await(vertx.createNetClient().connect(server.actualPort(), "127.0.0.1"))
          .handler(bytes -> came.complete(bytes.toString()))
          .write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
      boolean there = vertx.isNativeTransportEnabled();
      assertEquals(there ? "straight".length() : -1, taken.get(20, TimeUnit.SECONDS));
      if (there) assertEquals("straight", came.get(20, TimeUnit.SECONDS));
    } finally {
      GatewayFixture.await(vertx.close());
    }
  }

  /** Returns how many bytes the kernel took; -1 where that is not possible. */
  private static int send(HttpServerRequest request, String text) {
    var direct =
        NettyInternals.DirectSocketWriter.of(INTERNALS.channel(request.connection()).orElseThrow());
    if (direct == null) return -1;
    var bytes = Unpooled.directBuffer().writeBytes(text.getBytes(StandardCharsets.UTF_8));
    try {
      return direct.send(bytes);
    } finally {
      bytes.release();
    }
  }

  @Test
  void aBufferHasTheSameBytesAndNoneOfItsOwn() {
    var bytes = Unpooled.compositeBuffer();
    byte[] shared = "data: ".getBytes(StandardCharsets.UTF_8);
    bytes.addComponent(true, Unpooled.wrappedBuffer(shared));
    var buffer = INTERNALS.buffer(bytes);
    assertArrayEquals(shared, buffer.getBytes());
    shared[0] = 'D';
    assertEquals("Data: ", buffer.toString());
  }

  @Test
  void noOtherClassOfTheProductReachesBelowThePublicApi() {
    var product =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.boardcast");
    assertTrue(product.contain(NettyInternals.class));
    ArchRuleDefinition.noClasses()
        .that(
            DescribedPredicate.not(
                JavaClass.Predicates.belongToAnyOf(NettyInternals.class)
                    // Each has a test of its own: ServerChannelsIT, HttpProtocolIT,
                    // HazelcastAttackIT, LostMemberIT, OutsideOfRequestIT, RequestLogIT.
                    .or(JavaClass.Predicates.simpleName("ServerChannels"))
                    .or(
                        JavaClass.Predicates.belongTo(
                            JavaClass.Predicates.simpleName("HeadResponses")))
                    .or(JavaClass.Predicates.simpleName("OwnEntries"))
                    .or(JavaClass.Predicates.simpleName("ClusterWatch"))
                    .or(JavaClass.Predicates.simpleName("OutsideOfRequest"))
                    .or(JavaClass.Predicates.simpleName("RequestContext"))))
        .should()
        .dependOnClassesThat(
            JavaClass.Predicates.resideInAnyPackage("io.vertx..impl..", "io.vertx..internal.."))
        .check(product);
    ArchRuleDefinition.noClasses()
        .that(DescribedPredicate.not(JavaClass.Predicates.belongToAnyOf(NettyInternals.class)))
        .and()
        .resideInAPackage("dev.boardcast.gateway..")
        .should()
        .dependOnClassesThat(
            JavaClass.Predicates.resideInAnyPackage(
                    "io.netty.channel.unix..",
                    "io.netty.channel.epoll..",
                    "io.netty.channel.uring..")
                .or(JavaClass.Predicates.type(ChannelPipeline.class))
                .or(JavaClass.Predicates.type(Channel.Unsafe.class)))
        .check(product);
  }
}
