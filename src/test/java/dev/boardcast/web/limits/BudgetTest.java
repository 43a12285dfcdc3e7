package dev.boardcast.web.limits;

import static dev.boardcast.web.limits.Budget.Grant.GRANTED;
import static dev.boardcast.web.limits.Budget.Grant.SHARE_SPENT;
import static dev.boardcast.web.limits.Budget.Grant.TOTAL_SPENT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class BudgetTest {
  @Test
  void aShareAndTheTotalAreBoundedAndNothingIsKept() {
    var budget = new Budget(10, 6);
    assertEquals(GRANTED, budget.acquire("a", 6));
    assertEquals(SHARE_SPENT, budget.acquire("a", 1));
    assertEquals(GRANTED, budget.acquire("b", 4));
    assertEquals(TOTAL_SPENT, budget.acquire("c", 1));
    assertEquals(10, budget.held());
    budget.release("a", 2);
    assertEquals(GRANTED, budget.acquire("c", 2));
    budget.release("a", 4);
    budget.release("b", 4);
    budget.release("c", 2);
    assertEquals(0, budget.held());
    assertEquals(0, budget.clients());
  }
}
