package dev.boardcast.board.analysis;

import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;

/** What is to be changed of a topic: null leaves a field as it is. */
public record TopicPatch(
    @Pattern(regexp = Expected.NAME, message = Expected.NAME_TEXT) String name,
    @Size(max = Expected.DESCRIPTION, message = Expected.DESCRIPTION_TEXT) String description) {}
