package dev.boardcast.bus.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemberHandshakeTest {
  private static final Duration LIMIT = Duration.ofMillis(500);
  private static final String OLD = "the older secret of this cluster of 32+ bytes";
  private static final String NEW = "the newer secret of this cluster of 32+ bytes";

  private Socket connected;
  private Socket accepted;

  @BeforeEach
  void connect() throws IOException {
    try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      connected = new Socket(server.getInetAddress(), server.getLocalPort());
      accepted = server.accept();
    }
  }

  @AfterEach
  void close() throws IOException {
    connected.close();
    accepted.close();
  }

  @ParameterizedTest(name = "[{0}] accepts [{1}]")
  @CsvSource({"old, old", "old, new+old", "new+old, old", "new+old, new", "new, new+old"})
  void membersWithACommonSecretProveItToEachOther(String acceptor, String connector)
      throws Exception {
    var accepting = run(() -> handshake(acceptor).accept(accepted));
    handshake(connector).connect(connected);
    accepting.get(10, TimeUnit.SECONDS);
    // What follows is Hazelcast's.
    connected.getOutputStream().write(7);
    assertEquals(7, accepted.getInputStream().read());
    assertEquals(0, accepted.getSoTimeout());
  }

  @ParameterizedTest
  @CsvSource({"old, new", "new, old"})
  void membersWithoutACommonSecretRefuseEachOther(String acceptor, String connector) {
    var accepting = run(() -> handshake(acceptor).accept(accepted));
    accepting.whenComplete((done, refused) -> closeQuietly(accepted));
    assertThrows(IOException.class, () -> handshake(connector).connect(connected));
    assertThrows(CompletionException.class, accepting::join);
  }

  @Test
  void garbageIsRefused() throws IOException {
    var accepting = run(() -> handshake("old").accept(accepted));
    byte[] garbage = new byte[4096];
    new Random(1).nextBytes(garbage);
    connected.getOutputStream().write(garbage);
    assertThrows(CompletionException.class, accepting::join);
  }

  @Test
  void aPeerThatSendsNothingIsRefusedInTime() {
    var accepting = run(() -> handshake("old").accept(accepted));
    assertThrows(CompletionException.class, accepting.orTimeout(5, TimeUnit.SECONDS)::join);
    assertTrue(accepting.isCompletedExceptionally());
  }

  @Test
  void aPeerThatSendsByteByByteIsRefusedInTime() throws Exception {
    var accepting = run(() -> handshake("old").accept(accepted));
    long start = System.nanoTime();
    while (!accepting.isDone() && System.nanoTime() - start < 10 * LIMIT.toNanos()) {
      connected.getOutputStream().write(1);
      try {
        accepting.get(LIMIT.toMillis() / 10, TimeUnit.MILLISECONDS);
      } catch (TimeoutException notYet) {
        continue;
      } catch (ExecutionException refused) {
        break;
      }
    }
    assertTrue(accepting.isCompletedExceptionally());
  }

  @Test
  void aProofOfOneConnectionIsWorthlessOnAnother() throws Exception {
    // A peer that sends the acceptor's own greeting and numbers back to it proves nothing.
    var accepting = run(() -> handshake("old").accept(accepted));
    accepting.whenComplete((done, refused) -> closeQuietly(accepted));
    byte[] greeting = connected.getInputStream().readNBytes(40);
    var out = connected.getOutputStream();
    out.write(greeting, 8, 32);
    out.write(1);
    out.write(greeting, 8, 32);
    assertThrows(CompletionException.class, accepting::join);
  }

  private static MemberHandshake handshake(String names) {
    var secrets =
        List.of(names.split("\\+")).stream().map(n -> n.equals("old") ? OLD : NEW).toList();
    return new MemberHandshake(new ClusterSecret(secrets), LIMIT);
  }

  private interface Step {
    void run() throws IOException;
  }

  private static CompletableFuture<Void> run(Step step) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            step.run();
          } catch (IOException refused) {
            throw new CompletionException(refused);
          }
        });
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException already) {
      // It is closed.
    }
  }
}
