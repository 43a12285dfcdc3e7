package dev.boardcast.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SharedQueryTest {
  private final List<Promise<Integer>> begun = new ArrayList<>();
  private final SharedQuery<Integer> query =
      new SharedQuery<>(
          () -> {
            Promise<Integer> answer = Promise.promise();
            begun.add(answer);
            return answer.future();
          });

  @Test
  void callerWhoAsksWhileAQueryIsUnderWayGetsTheAnswerOfTheNextOne() {
    Future<Integer> early = query.ask();
    Future<Integer> late = query.ask();
    Future<Integer> alsoLate = query.ask();
    assertEquals(1, begun.size());
    begun.get(0).complete(1);
    assertEquals(1, early.result());
    assertFalse(late.isComplete());
    assertEquals(2, begun.size());
    begun.get(1).complete(2);
    assertEquals(2, late.result());
    assertEquals(2, alsoLate.result());
    assertEquals(2, begun.size());
  }

  @Test
  void callerTakesTheAnswerUnderWayOnlyIfItSuffices() {
    query.ask();
    Future<Integer> satisfied = query.ask(answer -> answer >= 1);
    Future<Integer> unsatisfied = query.ask(answer -> answer >= 2);
    begun.get(0).complete(1);
    assertEquals(1, satisfied.result());
    assertFalse(unsatisfied.isComplete());
    begun.get(1).complete(1);
    assertEquals(1, unsatisfied.result());
  }

  @Test
  void noFurtherQueryBeginsWhenAllWereSatisfied() {
    query.ask();
    query.ask(answer -> true);
    begun.get(0).complete(1);
    assertEquals(1, begun.size());
    query.ask();
    assertEquals(2, begun.size());
  }

  @Test
  void failureIsThatOfTheQueryAndNotOfTheNextOne() {
    Future<Integer> early = query.ask();
    Future<Integer> late = query.ask(answer -> true);
    begun.get(0).fail("away");
    assertTrue(early.failed());
    assertFalse(late.isComplete());
    begun.get(1).complete(7);
    assertEquals(7, late.result());
  }

  @Test
  void callerWhoAsksWhenItsAnswerArrivesIsServedByTheNextQuery() {
    var again = new ArrayList<Future<Integer>>();
    query.ask().onSuccess(answer -> again.add(query.ask()));
    begun.get(0).complete(1);
    begun.get(1).complete(2);
    assertEquals(2, again.get(0).result());
  }

  @Test
  void queryThatThrowsIsAFailureAndDoesNotEndTheSharing() {
    var tries = new AtomicInteger();
    var throwing =
        new SharedQuery<Integer>(
            () -> {
              if (tries.incrementAndGet() == 1) throw new IllegalStateException("a defect");
              return Future.succeededFuture(tries.get());
            });
    assertTrue(throwing.ask().failed());
    assertEquals(2, throwing.ask().result());
  }

  /** The fact grows all the time; an answer below what it was at the question would be a lie. */
  @Test
  void noAnswerIsOlderThanItsQuestionOnManyThreads() throws InterruptedException {
    var fact = new AtomicLong();
    var source = Executors.newSingleThreadScheduledExecutor();
    var askers = Executors.newFixedThreadPool(4);
    var concurrent = new AtomicInteger();
    var problems = new ConcurrentLinkedQueue<String>();
    int each = 500;
    var answered = new CountDownLatch(4 * each);
    var shared =
        new SharedQuery<Long>(
            () -> {
              if (concurrent.incrementAndGet() > 1) problems.add("two queries at once");
              long read = fact.get();
              Promise<Long> answer = Promise.promise();
              source.schedule(
                  () -> {
                    concurrent.decrementAndGet();
                    answer.complete(read);
                  },
                  ThreadLocalRandom.current().nextInt(500),
                  TimeUnit.MICROSECONDS);
              return answer.future();
            });
    try {
      for (int i = 0; i < 4; i++) {
        askers.execute(
            () -> {
              for (int n = 0; n < each; n++) {
                long known = fact.incrementAndGet();
                shared
                    .ask(answer -> answer >= known)
                    .onComplete(
                        answer -> {
                          if (answer < known) problems.add(answer + " for " + known);
                          answered.countDown();
                        },
                        failure -> problems.add(failure.toString()));
                if (n % 16 == 0) Thread.yield();
              }
            });
      }
      assertTrue(answered.await(20, TimeUnit.SECONDS), answered.getCount() + " without an answer");
      assertEquals(List.of(), List.copyOf(problems));
    } finally {
      askers.shutdownNow();
      source.shutdownNow();
    }
  }
}
