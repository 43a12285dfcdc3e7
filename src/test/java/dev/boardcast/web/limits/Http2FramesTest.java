package dev.boardcast.web.limits;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.config.Settings;
import io.netty.buffer.Unpooled;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class Http2FramesTest {
  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int SETTINGS = 4;
  private static final int CONTINUATION = 9;
  private static final int END_HEADERS = 4;

  private final Http2Frames frames =
      new Http2Frames(
          Settings.of(
              LimitsConfig.class,
              "http-head-limit=1s",
              "http-body-limit=2s",
              "http-body-rate=100"));

  @Test
  void aFrameIsUnfinishedFromItsFirstToItsLastByteHoweverItIsCut() {
    String bytes = PREFACE + frame(SETTINGS, 0, "") + frame(HEADERS, END_HEADERS, "abc");
    int begun = bytes.length() - 12;
    for (int i = 0; i < bytes.length(); i++) {
      read(bytes.substring(i, i + 1));
      boolean isWithin = i >= PREFACE.length() && i < PREFACE.length() + 8;
      isWithin |= i >= begun && i < bytes.length() - 1;
      assertEquals(isWithin, frames.isUnfinished(), "after byte " + i);
    }
    assertTrue(frames.isHttp2());
    read(frame(DATA, 0, "x").repeat(3) + "\0");
    assertTrue(frames.isUnfinished());
  }

  @Test
  void theFieldsOfAHeadHaveOneTimeHoweverManyFramesTheyTake() {
    read(PREFACE + frame(HEADERS, 0, "abc"));
    assertTrue(frames.isUnfinished());
    long deadline = frames.deadline();
    read(frame(CONTINUATION, 0, "d"));
    assertTrue(frames.isUnfinished());
    assertEquals(deadline, frames.deadline());
    assertEquals("http-head-limit", frames.setting());
    read(frame(CONTINUATION, END_HEADERS, "e"));
    assertFalse(frames.isUnfinished());
  }

  @Test
  void theTimeForDataGrowsWithItsLength() {
    long before = System.nanoTime();
    read(PREFACE + frame(DATA, 0, "x".repeat(300)).substring(0, 20));
    assertTrue(frames.isUnfinished());
    assertTrue(frames.deadline() - before >= TimeUnit.SECONDS.toNanos(2 + 3));
    assertEquals("http-body-limit", frames.setting());
  }

  @Test
  void whatIsNotHttp2IsNotFollowed() {
    read("PRESENT / HTTP/1.1\r\n\r\n");
    assertTrue(frames.isOther());
    read(PREFACE + "\0");
    assertFalse(frames.isUnfinished());
  }

  private void read(String bytes) {
    frames.read(Unpooled.copiedBuffer(bytes, ISO_8859_1));
  }

  private static String frame(int type, int flags, String payload) {
    int length = payload.length();
    return new String(
            new char[] {
              (char) (length >> 16),
              (char) (length >> 8 & 255),
              (char) (length & 255),
              (char) type,
              (char) flags,
              0,
              0,
              0,
              1
            })
        + payload;
  }
}
