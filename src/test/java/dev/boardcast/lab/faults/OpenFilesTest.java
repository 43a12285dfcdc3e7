package dev.boardcast.lab.faults;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class OpenFilesTest {
  @Test
  void aLimitThatIsTooLowIsReportedWithTheOneNeeded() {
    var failure = assertThrows(IOException.class, () -> OpenFiles.check(5_000, 10_999));
    assertEquals(
        "5000 clients need 11000 open files in one process, 10999 are allowed:"
            + " raise it with ulimit -n",
        failure.getMessage());
  }

  @Test
  void aSufficientOrUnknownLimitIsAccepted() {
    assertDoesNotThrow(() -> OpenFiles.check(5_000, 11_000));
    assertDoesNotThrow(() -> OpenFiles.check(5_000, -1));
  }
}
