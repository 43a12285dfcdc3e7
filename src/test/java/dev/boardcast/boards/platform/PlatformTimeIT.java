package dev.boardcast.boards.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PlatformTimeIT {
  private PlatformFixture platform;
  private int ids;

  @AfterEach
  void close() throws Exception {
    platform.close();
  }

  @Test
  void atMidnightTodayBeginsAnew() throws Exception {
    open("UTC");
    sell("1", "2026-06-02T23:59:59.999Z");
    sell("20", "2026-06-03T00:00:00Z");
    sell("300", "2026-06-03T23:59:59.999999Z");
    sell("4000", "2026-06-04T00:00:00Z");
    assertRevenue("2026-06-02T23:59:59.999Z", "1.00 4321.00 4321.00");
    assertEquals(Instant.parse("2026-06-03T00:00:00Z"), platform.folding.tick().orElseThrow());
    assertRevenue("2026-06-03T00:00:00Z", "320.00 4321.00 4321.00");
    assertRevenue("2026-06-04T00:00:00Z", "4000.00 4321.00 4321.00");
  }

  @Test
  void onMondayTheWeekBeginsAnewEvenAcrossYears() throws Exception {
    open("UTC");
    sell("1", "2026-12-27T23:59:59Z");
    sell("20", "2026-12-28T00:00:00Z");
    sell("300", "2027-01-03T23:59:59Z");
    sell("4000", "2027-01-04T00:00:00Z");
    assertRevenue("2026-12-27T12:00:00Z", "1.00 1.00 21.00");
    assertRevenue("2026-12-28T00:00:00Z", "20.00 320.00 21.00");
    assertRevenue("2027-01-03T23:59:59.999Z", "300.00 320.00 4300.00");
    assertRevenue("2027-01-04T00:00:00Z", "4000.00 4000.00 4300.00");
  }

  @Test
  void onTheFirstTheMonthBeginsAnewAlsoAfterALeapDay() throws Exception {
    open("UTC");
    sell("1", "2028-01-31T23:59:59Z");
    sell("20", "2028-02-29T00:00:00Z");
    sell("300", "2028-02-29T23:59:59Z");
    sell("4000", "2028-03-01T00:00:00Z");
    assertRevenue("2028-01-31T23:59:59Z", "1.00 1.00 1.00");
    assertRevenue("2028-02-28T12:00:00Z", "0.00 4320.00 320.00");
    assertRevenue("2028-02-29T12:00:00Z", "320.00 4320.00 320.00");
    assertRevenue("2028-03-01T00:00:00Z", "4000.00 4320.00 4000.00");
  }

  @Test
  void theDayWhenClocksGoForwardHas23Hours() throws Exception {
    open("Europe/Berlin");
    sell("1", "2026-03-28T22:59:59Z");
    sell("20", "2026-03-28T23:00:00Z");
    sell("300", "2026-03-29T21:59:59Z");
    sell("4000", "2026-03-29T22:00:00Z");
    assertRevenue("2026-03-28T22:59:59Z", "1.00 321.00 4321.00");
    assertRevenue("2026-03-28T23:00:00Z", "320.00 321.00 4321.00");
    assertEquals(Instant.parse("2026-03-29T22:00:00Z"), platform.folding.tick().orElseThrow());
    assertRevenue("2026-03-29T22:00:00Z", "4000.00 4000.00 4321.00");
  }

  @Test
  void theDayWhenClocksGoBackHas25Hours() throws Exception {
    open("Europe/Berlin");
    sell("1", "2026-10-24T21:59:59Z");
    sell("20", "2026-10-24T22:00:00Z");
    sell("300", "2026-10-25T22:59:59Z");
    sell("4000", "2026-10-25T23:00:00Z");
    assertRevenue("2026-10-24T21:59:59Z", "1.00 321.00 4321.00");
    assertRevenue("2026-10-25T22:59:59Z", "320.00 321.00 4321.00");
    assertRevenue("2026-10-25T23:00:00Z", "4000.00 4000.00 4321.00");
  }

  @Test
  void aFactAheadOfTheClockCountsInItsDayAtOnceAndAsPresentWhenItsTimeHasCome() throws Exception {
    open("UTC");
    sell("1", "2026-06-03T20:00:00Z");
    sell("20", "2026-06-04T09:00:00Z");
    platform.active("ann", "2026-06-03T20:00:00Z");
    platform.active("bob", "2026-06-04T09:00:00Z");
    assertRevenue("2026-06-03T12:00:00Z", "1.00 21.00 21.00");
    assertUsers("2026-06-03T12:00:00Z", "0 1 0");
    assertEquals(Instant.parse("2026-06-03T20:00:00Z"), platform.folding.tick().orElseThrow());
    assertUsers("2026-06-03T20:00:00Z", "1 1 1");
    assertRevenue("2026-06-04T00:00:00Z", "20.00 21.00 21.00");
    assertUsers("2026-06-04T00:00:00Z", "0 1 1");
  }

  @Test
  void usersOfADayOf25HoursAreThoseOfAllItsHoursAndCountOnce() throws Exception {
    open("Europe/Berlin");
    platform.active("bob", "2026-10-24T21:59:59Z");
    platform.active("ann", "2026-10-24T22:00:00Z");
    // 02:30 in summer time, and 02:30 an hour later.
    platform.active("ann", "2026-10-25T00:30:00Z");
    platform.active("cyd", "2026-10-25T01:30:00Z");
    platform.active("dan", "2026-10-25T22:59:59Z");
    assertUsers("2026-10-25T22:59:59.500Z", "1 3 1");
    assertEquals(Instant.parse("2026-10-25T23:00:00Z"), platform.folding.tick().orElseThrow());
    assertUsers("2026-10-25T23:00:00Z", "1 0 1");
  }

  @Test
  void usersOfADayOf23HoursAreThoseOfAllItsHours() throws Exception {
    open("Europe/Berlin");
    platform.active("ann", "2026-03-28T23:00:00Z");
    platform.active("bob", "2026-03-29T21:59:59Z");
    platform.active("cyd", "2026-03-29T22:00:00Z");
    assertUsers("2026-03-28T23:00:00Z", "1 2 1");
    assertUsers("2026-03-29T21:59:59Z", "1 2 1");
    assertUsers("2026-03-29T22:00:00Z", "2 1 2");
  }

  @Test
  void daysBeginWhereTheZoneSaysEvenOnAQuarterOfAnHour() throws Exception {
    open("Asia/Kathmandu");
    sell("1", "2026-06-02T18:14:59Z");
    sell("20", "2026-06-02T18:15:00Z");
    assertRevenue("2026-06-02T18:14:00Z", "1.00 21.00 21.00");
    assertRevenue("2026-06-02T18:15:00Z", "20.00 21.00 21.00");
  }

  @Test
  void aClockThatGoesBackShowsTheDayBeforeAgain() throws Exception {
    open("UTC");
    sell("1", "2026-05-31T23:50:00Z");
    platform.active("ann", "2026-05-31T23:58:00Z");
    sell("20", "2026-06-01T00:10:00Z");
    assertRevenue("2026-05-31T23:59:00Z", "1.00 1.00 1.00");
    assertRevenue("2026-06-01T00:10:00Z", "20.00 20.00 20.00");
    assertUsers("2026-06-01T00:10:00Z", "0 0 1");
    assertRevenue("2026-05-31T23:59:30Z", "1.00 1.00 1.00");
    assertUsers("2026-05-31T23:59:30Z", "1 1 1");
    assertUsers("2026-05-31T23:57:30Z", "0 1 0");
  }

  @Test
  void aUserIsActiveForFiveMinutesFromTheSecondOn() throws Exception {
    open("UTC");
    platform.active("ann", "2026-06-02T11:59:00.900Z");
    assertUsers("2026-06-02T11:58:59.999Z", "0 1 0");
    assertUsers("2026-06-02T11:59:00.950Z", "1 1 1");
    assertEquals(Instant.parse("2026-06-02T12:04:00Z"), platform.folding.tick().orElseThrow());
    assertUsers("2026-06-02T12:03:59.999Z", "1 1 1");
    assertUsers("2026-06-02T12:04:00Z", "0 1 1");
  }

  @Test
  void aUserWhoStaysCountsOnceAndLatecomersCountWhereTheyWere() throws Exception {
    open("UTC");
    platform.active("ann", "2026-06-02T12:00:00Z");
    platform.active("ann", "2026-06-02T12:04:00Z");
    platform.active("bob", "2026-06-02T12:08:00Z");
    assertUsers("2026-06-02T12:08:30Z", "2 2 2");
    assertUsers("2026-06-02T12:09:00Z", "1 2 2");
    platform.active("cyd", "2026-06-02T12:03:00Z");
    platform.active("dan", "2026-06-02T12:03:59Z");
    assertUsers("2026-06-02T12:09:00Z", "1 4 3");
    platform.active("cyd", "2026-06-02T12:07:30Z");
    platform.active("dan", "2026-06-02T12:08:58Z");
    assertUsers("2026-06-02T12:09:00Z", "3 4 4");
  }

  @Test
  void thePeakPassesAfter24HoursByTheClockAlone() throws Exception {
    open("UTC");
    for (String user : new String[] {"ann", "bob", "cyd"}) {
      platform.active(user, "2026-06-02T12:00:30Z");
    }
    platform.active("ann", "2026-06-02T20:00:00Z");
    assertUsers("2026-06-02T20:00:00Z", "1 3 3");
    Instant now = Instant.parse("2026-06-02T20:05:00Z");
    JsonNode users = platform.at(now).numbers().get("activeUsers");
    int ticks = 0;
    while (users.get("peak24h").asInt() == 3) {
      now = platform.folding.tick().orElseThrow();
      users = platform.at(now).numbers().get("activeUsers");
      ticks++;
    }
    // The users became inactive at 12:05:30: during that minute all of them were still counted.
    assertEquals(Instant.parse("2026-06-03T12:06:00Z"), now);
    assertEquals(1, users.get("peak24h").asInt());
    assertEquals(3, ticks, "midnight, and where the peak begins and ends");
  }

  @Test
  void activeUsersExpireWithoutLeftoverRows() throws Exception {
    open("UTC");
    platform.active("ann", "2026-06-02T12:13:00Z");
    platform.active("ann", "2026-06-02T12:16:00Z");
    platform.active("bob", "2026-06-02T12:14:59Z");
    platform.active("cyd", "2026-06-06T12:00:00Z");
    assertUsers("2026-06-06T12:00:00Z", "1 1 1");
    // Before the horizon now: ann's first minute and bob's only one, but not ann's second.
    platform.active("cyd", "2026-06-06T12:15:00Z");
    assertUsers("2026-06-06T12:15:00Z", "1 1 1");
    assertEquals("3", platform.sql.column("SELECT count(*) FROM platform_presence").get(0));
    platform.active("cyd", "2026-07-01T00:00:00Z");
    assertUsers("2026-07-01T00:00:00Z", "1 1 1");
    assertEquals("1", platform.sql.column("SELECT count(*) FROM platform_presence").get(0));
    assertEquals("1", platform.sql.column("SELECT count(*) FROM platform_return").get(0));
    assertEquals("2", platform.sql.column("SELECT count(*) FROM platform_presence_step").get(0));
  }

  private void open(String zone) {
    platform = new PlatformFixture(Instant.parse("2026-06-02T12:00:00Z"), ZoneId.of(zone));
  }

  private void sell(String amount, String at) throws Exception {
    platform.report("t" + ids++, null, amount, "completed", at);
  }

  private void assertRevenue(String now, String expected) throws Exception {
    JsonNode revenue = platform.at(now).numbers().get("revenue");
    assertEquals(expected, PlatformFixture.money(revenue, "today", "thisWeek", "thisMonth"), now);
  }

  private void assertUsers(String now, String expected) throws Exception {
    JsonNode users = platform.at(now).numbers().get("activeUsers");
    assertEquals(
        expected,
        users.get("current") + " " + users.get("today") + " " + users.get("peak24h"),
        now);
  }
}
