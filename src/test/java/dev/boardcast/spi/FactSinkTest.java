package dev.boardcast.spi;

import static dev.boardcast.spi.FactSink.Outcome.DUPLICATE;
import static dev.boardcast.spi.FactSink.Outcome.NEW;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.boardcast.spi.FactSink.Outcome;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FactSinkTest {
  private static final Problem ODD = Problem.invalid("n", "an even number");

  private final List<Integer> stored = new ArrayList<>();
  private final FactSink<Integer> sink =
      facts -> {
        stored.addAll(facts);
        return Future.succeededFuture(
            facts.stream().map(n -> n % 4 == 0 ? NEW : DUPLICATE).toList());
      };
  private final FactSink<Integer> even =
      sink.rejecting(n -> n % 2 == 0 ? Optional.empty() : Optional.of(ODD));

  @Test
  void outcomesStayInTheOrderOfFacts() {
    assertEquals(
        List.of(DUPLICATE, Outcome.rejected(ODD), NEW, Outcome.rejected(ODD)),
        even.store(List.of(2, 3, 4, 5)).result());
    assertEquals(List.of(2, 4), stored);
  }

  @Test
  void nothingIsStoredWhenAllAreRejected() {
    assertEquals(List.of(Outcome.rejected(ODD)), even.store(List.of(1)).result());
    assertEquals(List.of(), stored);
  }
}
