package dev.boardcast.gateway.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.gateway.GatewayFixture;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HedgedCallsTest {
  private final Vertx vertx = Vertx.vertx();
  private final HedgedCalls calls = new HedgedCalls(vertx);
  private final AtomicInteger others = new AtomicInteger();

  @AfterEach
  void close() {
    GatewayFixture.await(vertx.close());
  }

  @Test
  void aQuestionWithoutAnAnswerIsAskedAgain() {
    Promise<String> silent = Promise.promise();
    assertEquals("b", GatewayFixture.await(calls.call(silent::future, () -> other("b"))));
    assertEquals(1, others.get());
  }

  @Test
  void theFirstAnswerCountsWhicheverItIs() {
    Promise<String> first = Promise.promise();
    Promise<String> second = Promise.promise();
    Future<String> answer = calls.call(first::future, () -> counted(second.future()));
    Awaitility.await().until(() -> others.get() == 1);
    first.complete("a");
    second.complete("b");
    assertEquals("a", GatewayFixture.await(answer));
  }

  @Test
  void aQuickAnswerOrFailureIsNotAskedForAgain() {
    Future<String> known = Future.succeededFuture("a");
    assertSame(known, calls.call(() -> known, () -> other("b")));
    Promise<String> failing = Promise.promise();
    Future<String> answer = calls.call(failing::future, () -> other("b"));
    failing.fail("the database is away");
    assertEquals("the database is away", answer.cause().getMessage());
    assertEquals(0, others.get());
  }

  @Test
  void itFailsWhenBothHaveFailed() {
    Promise<String> first = Promise.promise();
    Promise<String> second = Promise.promise();
    Future<String> answer = calls.call(first::future, () -> counted(second.future()));
    Awaitility.await().until(() -> others.get() == 1);
    second.fail("second");
    assertTrue(!answer.isComplete());
    first.fail("first");
    Awaitility.await().until(answer::failed);
  }

  @Test
  void fewQuestionsAreAskedAgainAtOnce() {
    List<Promise<String>> first = new ArrayList<>();
    List<Future<String>> answers = new ArrayList<>();
    Promise<String> second = Promise.promise();
    for (int i = 0; i < 3 * HedgedCalls.MAX_SECOND; i++) {
      Promise<String> silent = Promise.promise();
      first.add(silent);
      answers.add(calls.call(silent::future, () -> counted(second.future())));
    }
    var passed = Promise.<Void>promise();
    vertx.setTimer(2 * HedgedCalls.DELAY_MILLIS, timer -> passed.complete());
    GatewayFixture.await(passed.future());
    assertEquals(HedgedCalls.MAX_SECOND, others.get());
    first.forEach(each -> each.complete("a"));
    for (Future<String> answer : answers) assertEquals("a", GatewayFixture.await(answer));
  }

  private Future<String> other(String answer) {
    return counted(Future.succeededFuture(answer));
  }

  private Future<String> counted(Future<String> answer) {
    others.incrementAndGet();
    return answer;
  }
}
