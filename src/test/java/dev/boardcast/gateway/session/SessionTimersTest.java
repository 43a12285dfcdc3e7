package dev.boardcast.gateway.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.gateway.loop.TimingWheel;
import dev.boardcast.gateway.protocol.NativeDialect;
import dev.boardcast.spi.Principal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The default deadlines: a ping after 30 s of silence, the end after 60 s, a token within 10 s. */
class SessionTimersTest {
  private static final Instant START_TIME = SessionFixture.START_TIME;
  private static final long SECOND = 1_000;

  private final SessionFixture fixture = new SessionFixture();
  private final List<String> sent = fixture.sent;
  private final Session session = fixture.session(NativeDialect.INSTANCE);

  @Test
  void silentSessionIsPingedOnceAndCutOffWhenItStaysSilent() {
    open();
    pass(30 * SECOND - TimingWheel.TICK_MILLIS);
    assertEquals(List.of(), sent);
    pass(2 * TimingWheel.TICK_MILLIS);
    assertEquals(List.of("ping"), sent);
    pass(30 * SECOND - 2 * TimingWheel.TICK_MILLIS);
    assertEquals(List.of("ping"), sent);
    pass(2 * TimingWheel.TICK_MILLIS);
    assertEquals(List.of("ping", "kill"), sent);
  }

  @Test
  void inboundFramePostponesThePing() {
    open();
    pass(20 * SECOND);
    session.frame();
    pass(20 * SECOND);
    assertEquals(List.of(), sent);
    pass(11 * SECOND);
    assertEquals(List.of("ping"), sent);
  }

  @Test
  void sessionThatAnswersPingsIsNotCutOff() {
    open();
    for (int i = 0; i < 20; i++) {
      pass(31 * SECOND);
      session.alive();
    }
    assertFalse(sent.contains("kill"));
    assertEquals(20, sent.size());
  }

  @Test
  void sessionWithoutTokenIsClosedAndCutOffWhenThePeerDoesNotClose() {
    session.timers().checkSoon();
    pass(9 * SECOND);
    assertEquals(List.of(), sent);
    pass(2 * SECOND);
    assertEquals(List.of("close 4401"), sent);
    pass(10 * SECOND);
    assertEquals("kill", sent.get(1));
  }

  @Test
  void activeSessionIsClosedWhenItsTokenExpires() {
    live(START_TIME.plusSeconds(12));
    while (sent.isEmpty() && fixture.now < SessionFixture.START + 60 * SECOND) {
      pass(SECOND);
      session.frame();
    }
    assertEquals(List.of("close 4401"), sent);
    long elapsed = fixture.now - SessionFixture.START;
    assertTrue(elapsed <= 13 * SECOND, elapsed + " ms");
  }

  @Test
  void renewedTokenPostponesTheEndAndOneWithoutExpiryHasNone() {
    live(START_TIME.plusSeconds(12));
    pass(11 * SECOND);
    live(START_TIME.plusSeconds(25));
    pass(10 * SECOND);
    live(Instant.MAX);
    pass(20 * SECOND);
    assertFalse(sent.contains("close 4401"), sent.toString());
  }

  @Test
  void closedSessionIsNotChecked() {
    open();
    session.closed();
    pass(300 * SECOND);
    assertEquals(List.of(), sent);
  }

  private void open() {
    session.goLive(SessionState.Live.ANONYMOUS);
  }

  private void live(Instant expiry) {
    var ann = Optional.of(new Principal("ann", Set.of(), Set.of(), START_TIME, expiry));
    session.goLive(new SessionState.Live(ann, ann, true));
  }

  private void pass(long millis) {
    fixture.pass(millis);
  }
}
