package dev.boardcast.server.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InterProcessLockTest {
  @TempDir Path dir;

  @Test
  void oneThreadHoldsTheLockAtATime() throws Exception {
    var inside = new AtomicInteger();
    var threads = Executors.newFixedThreadPool(8);
    var done = new ArrayList<Future<Integer>>();
    for (int i = 0; i < 8; i++) {
      done.add(
          threads.submit(
              () ->
                  lock()
                      .call(
                          Duration.ofSeconds(30),
                          () -> {
                            int others = inside.getAndIncrement();
                            Thread.yield();
                            inside.decrementAndGet();
                            return others;
                          })));
    }
    for (var others : done) assertEquals(0, others.get());
    threads.shutdown();
  }

  @Test
  void aTimeoutNamesTheFile() throws Exception {
    var entered = new CountDownLatch(1);
    var leave = new CountDownLatch(1);
    var holder =
        CompletableFuture.supplyAsync(
            () ->
                lock()
                    .call(
                        Duration.ofSeconds(30),
                        () -> {
                          entered.countDown();
                          return awaits(leave);
                        }));
    entered.await();
    var failure =
        assertThrows(EmbeddedServerException.class, () -> lock().call(Duration.ZERO, () -> true));
    assertTrue(failure.getMessage().contains("servers.lock"), failure.getMessage());
    leave.countDown();
    assertTrue(holder.get());
  }

  @Test
  void usageLocksCountUntilReleasedAndNotThoseOfDeadProcesses() throws Exception {
    var dead = Files.createFile(dir.resolve("1-0-crashed"));
    assertFalse(UsageLock.isAnyHeld(dir));
    assertFalse(Files.exists(dead));

    var one = UsageLock.acquire(dir);
    var two = UsageLock.acquire(dir);
    one.release();
    assertTrue(UsageLock.isAnyHeld(dir));
    two.release();
    assertFalse(UsageLock.isAnyHeld(dir));
  }

  private InterProcessLock lock() {
    return new InterProcessLock(dir.resolve("servers.lock"));
  }

  private static boolean awaits(CountDownLatch latch) {
    try {
      latch.await();
      return true;
    } catch (InterruptedException interrupted) {
      return false;
    }
  }
}
