package dev.boardcast.boards.yaml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.boardcast.spi.FactRelation;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When the rollups of a board have to be filled again. */
class DeclaredRollupsTest {
  private static final FactRelation FACTS =
      new FactRelation(
          "sales_facts",
          Map.of("site", "text", "status", "text", "amount", "numeric", "at", "timestamptz"),
          "at",
          false);

  @TempDir Path directory;

  @Test
  void theyDependOnWhichColumnEachParameterHasAndInWhichPlace() throws Exception {
    String definition = of("{a: {column: site}, b: {column: status}}");
    assertEquals(definition, of("{a: {column: site}, b: {column: status, required: true}}"));
    assertNotEquals(definition, of("{b: {column: site}, a: {column: status}}"));
    assertNotEquals(definition, of("{b: {column: status}, a: {column: site}}"));
    assertNotEquals(definition, of("{c: {column: site}, b: {column: status}}"));
  }

  private String of(String parameters) throws Exception {
    var text =
        DeclarationText.SALES.with("metrics:\n", "parameters: " + parameters + "\nmetrics:\n");
    return DeclaredRollups.definition(text.in(directory), FACTS);
  }
}
