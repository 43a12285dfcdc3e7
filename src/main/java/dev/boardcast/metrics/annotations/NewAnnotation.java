package dev.boardcast.metrics.annotations;

import dev.boardcast.spi.FieldRules;
import dev.boardcast.spi.Problem;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * The body of a request that adds an annotation.
 *
 * @param until null for a moment
 * @param boards null or empty for all
 */
record NewAnnotation(
    @NotNull(message = FieldRules.TIME_TEXT) Instant at,
    Instant until,
    @NotNull(message = FieldRules.NAME_TEXT)
        @Pattern(regexp = FieldRules.NAME, message = FieldRules.NAME_TEXT)
        String title,
    @Size(min = 1, max = FieldRules.DESCRIPTION_LENGTH, message = NewAnnotation.TEXT_TEXT)
        String text,
    @Size(max = 20, message = NewAnnotation.BOARDS_TEXT) List<String> boards,
    @Size(max = 10, message = NewAnnotation.TAGS_TEXT) List<String> tags) {
  static final String TEXT_TEXT = "a string of 1 to 4000 characters";
  static final String BOARDS_TEXT = "at most 20 different names of boards";
  static final String SOME_TEXT = "1 to 20 names of boards; only who sees all boards annotates all";
  static final String TAGS_TEXT =
      "at most 10 different tags, each of 1 to 50 letters, digits and . _ : -";

  /** The form of a tag. */
  static final String TAG = "[\\p{L}\\p{N}._:-]{1,50}";

  /** The longest annotation. */
  static final Duration LONGEST = Duration.ofDays(31);

  private static final String UNTIL_TEXT = "a time after at, at most 31 days later";

  NewAnnotation {
    boards = boards == null ? List.of() : boards;
    tags = tags == null ? List.of() : tags;
  }

  /**
   * The annotation.
   *
   * @param visible the names of the boards that the caller may see as a whole
   * @param seesAll whether these are all that there are
   * @throws Problem 400 naming the field that does not fit
   */
  Annotation checked(Set<String> visible, boolean seesAll, Instant now, String by) {
    if (until != null && (!until.isAfter(at) || until.isAfter(at.plus(LONGEST)))) {
      throw Problem.invalid("until", UNTIL_TEXT);
    }
    // What a caller may not see is for them as if it did not exist.
    if (isRepeated(boards) || !isEach(boards, visible::contains)) {
      throw Problem.invalid("boards", BOARDS_TEXT);
    }
    if (boards.isEmpty() && !seesAll) throw Problem.invalid("boards", SOME_TEXT);
    if (isRepeated(tags) || !isEach(tags, tag -> tag.matches(TAG)))
      throw Problem.invalid("tags", TAGS_TEXT);
    return new Annotation(UUID.randomUUID(), at, until, title, text, boards, tags, by, now);
  }

  private static boolean isEach(List<String> texts, Predicate<String> form) {
    return texts.stream().allMatch(text -> text != null && form.test(text));
  }

  private static boolean isRepeated(List<String> texts) {
    return new HashSet<>(texts).size() < texts.size();
  }
}
