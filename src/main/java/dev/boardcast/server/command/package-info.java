/**
 * What a command outside the program needs of it: {@link
 * dev.boardcast.server.command.ProgramCommand}, which the program finds by {@link
 * java.util.ServiceLoader}, and the few parts of the program that such commands use.
 */
package dev.boardcast.server.command;
