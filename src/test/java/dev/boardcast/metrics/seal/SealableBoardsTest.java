package dev.boardcast.metrics.seal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.spi.Board;
import dev.boardcast.spi.InvalidSettingException;
import dev.boardcast.spi.MetricDescription;
import dev.boardcast.spi.RawJson;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SealableBoardsTest {
  private static final Board SALES = board("sales", "sale", true);
  private static final Board PLANTS = board("plants", "plant", true);
  private static final Board TWIN = board("twin", "sale", false);
  private static final Board RUNS = board("runs", "run", false);

  @Test
  void aBoardThatNeedsItsFactsIsRefusedByName() {
    assertRefused("runs=20d", List.of(SALES, RUNS), "sales: board runs needs all its facts");
    assertRefused("none=20d", List.of(SALES, RUNS), "there is no board none");
    assertRefused(
        "sales=20d", List.of(SALES, TWIN, PLANTS), "plants: facts of board sales are read by twin");
  }

  @Test
  void anAgeOfAllBoardsIsOfThoseThatCan() {
    List<Board> all = List.of(SALES, TWIN, RUNS, PLANTS);
    SealableBoards.require(new SealConfig(List.of("20d", "plants=30d")), all);
    assertEquals(Optional.empty(), SealableBoards.obstacle(PLANTS, all));
    assertTrue(SealableBoards.obstacle(SALES, all).isPresent());
    assertTrue(SealableBoards.obstacle(RUNS, all).isPresent());
  }

  private static void assertRefused(String keep, List<Board> boards, String reason) {
    var refused =
        assertThrows(
            InvalidSettingException.class,
            () -> SealableBoards.require(new SealConfig(List.of(keep)), boards));
    assertEquals("facts-keep", refused.key());
    assertTrue(refused.getMessage().contains(reason), refused.getMessage());
  }

  private static Board board(String name, String facts, boolean isSealable) {
    return new Board() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public String title() {
        return name;
      }

      @Override
      public List<MetricDescription> metrics() {
        return List.of();
      }

      @Override
      public List<String> facts() {
        return List.of(facts);
      }

      @Override
      public List<String> fold() {
        return List.of();
      }

      @Override
      public List<String> rollups() {
        return List.of();
      }

      @Override
      public Optional<Sealing> sealing() {
        return isSealable ? Optional.of(Sealing.by("at")) : Optional.empty();
      }

      @Override
      public Future<RawJson> snapshot(SqlClient transaction, Instant now) {
        return Future.succeededFuture(RawJson.of("{}"));
      }
    };
  }
}
