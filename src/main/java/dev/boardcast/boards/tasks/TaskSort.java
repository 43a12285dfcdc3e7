package dev.boardcast.boards.tasks;

import dev.boardcast.spi.Page;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;

/**
 * The orders of a list of tasks. An order has one part or two: those with a value, then those
 * without, which are in the order of their creation, the newest first. Each part is read from an
 * index and has a position of its own to continue from.
 */
enum TaskSort {
  /** The newest first. */
  CREATED_AT(List.of(Part.CREATED), "t.created_at DESC, t.id DESC", TaskSort.UUID_FORM),
  /** The earliest due first; then those without a due time. */
  DUE_AT(
      List.of(
          new Part("t.due_at IS NOT NULL AND (t.due_at, t.id) > ($16, $17)", "t.due_at, t.id"),
          new Part("t.due_at IS NULL AND " + Part.CREATED.seek(), Part.CREATED.order())),
      "t.due_at NULLS LAST, CASE WHEN t.due_at IS NOT NULL THEN t.id END, t.created_at DESC,"
          + " t.id DESC",
      "(due|none) " + TaskSort.UUID_FORM),
  /** The most urgent first, of one priority the newest. */
  PRIORITY(
      List.of(
          new Part(
              "t.priority > 0 AND (t.priority, t.created_at, t.id) < ($18::smallint, $16, $17)",
              "t.priority DESC, t.created_at DESC, t.id DESC"),
          new Part("t.priority = 0 AND " + Part.CREATED.seek(), Part.CREATED.order())),
      "t.priority DESC, t.created_at DESC, t.id DESC",
      "[0-4] " + TaskSort.UUID_FORM);

  private static final String UUID_FORM = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";
  private static final Page.Cursor NEWEST = Page.Cursor.NEWEST_FIRST;
  private static final Instant BEFORE_ALL = Page.Cursor.OLDEST_FIRST.at();
  private static final UUID LEAST = new UUID(0, 0);
  private static final short MORE_THAN_ALL = Short.MAX_VALUE;

  private final List<Part> parts;
  private final String order;
  private final String cursorForm;

  /**
   * A part of the order.
   *
   * @param seek which tasks are in it, after the position; see {@link Seek}
   * @param order the order in the part
   */
  record Part(String seek, String order) {
    private static final Part CREATED =
        new Part("(t.created_at, t.id) < ($4, $5)", "t.created_at DESC, t.id DESC");
  }

  /**
   * The position after which a page starts.
   *
   * @param lastAt with {@code lastId}: {@code $4} and {@code $5}, in the order of creation
   * @param at with {@code id} and {@code priority}: {@code $16} to {@code $18}, in the first part
   *     of two
   */
  record Seek(Instant lastAt, UUID lastId, Instant at, UUID id, short priority) {
    OffsetDateTime lastTime() {
      return lastAt.atOffset(ZoneOffset.UTC);
    }

    OffsetDateTime time() {
      return at.atOffset(ZoneOffset.UTC);
    }
  }

  TaskSort(List<Part> parts, String order, String cursorForm) {
    this.parts = parts;
    this.order = order;
    this.cursorForm = cursorForm;
  }

  List<Part> parts() {
    return parts;
  }

  /** Those that tasks with a due time are in. */
  List<Part> partsOfDue() {
    return this == DUE_AT ? parts.subList(0, 1) : parts;
  }

  /** The order of the whole. */
  String order() {
    return order;
  }

  /** The regular expression of a cursor's key. */
  String cursorForm() {
    return cursorForm;
  }

  /** The position before the first task. */
  Page.Cursor start() {
    return switch (this) {
      case CREATED_AT -> NEWEST;
      case DUE_AT -> new Page.Cursor(BEFORE_ALL, "due " + LEAST);
      case PRIORITY -> new Page.Cursor(NEWEST.at(), MORE_THAN_ALL + " " + NEWEST.key());
    };
  }

  /** The position of a task. */
  Page.Cursor cursor(Task task) {
    Instant due = task.plan().dueAt();
    return switch (this) {
      case CREATED_AT -> new Page.Cursor(task.createdAt(), task.id().toString());
      case DUE_AT ->
          due == null
              ? new Page.Cursor(task.createdAt(), "none " + task.id())
              : new Page.Cursor(due, "due " + task.id());
      case PRIORITY ->
          new Page.Cursor(
              task.createdAt(), Priority.stored(task.plan().priority()) + " " + task.id());
    };
  }

  /** Where a page after this position starts in each part. */
  Seek seek(Page.Cursor after) {
    String[] key = after.key().split(" ");
    var id = UUID.fromString(key[key.length - 1]);
    boolean isInLast =
        switch (this) {
          case CREATED_AT -> true;
          case DUE_AT -> key[0].equals("none");
          case PRIORITY -> key[0].equals(Short.toString(Priority.NONE));
        };
    // Nothing of the first part follows: no due time is later, no priority less.
    if (isInLast) return new Seek(after.at(), id, NEWEST.at(), id, Priority.NONE);
    short priority = this == PRIORITY ? Short.parseShort(key[0]) : 0;
    return new Seek(NEWEST.at(), UUID.fromString(NEWEST.key()), after.at(), id, priority);
  }
}
