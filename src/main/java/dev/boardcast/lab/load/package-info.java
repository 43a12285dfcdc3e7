/**
 * The load generator: many clients and a writer in one process, and a ledger that compares what was
 * acknowledged with what each client received.
 *
 * <pre>
 *  EventWriter --HTTP, acknowledged--> node ... node --WebSocket--> LabConnection -> LabClient
 *     |                                                                  |
 *     '------------------------------> Ledger <--------------------------'
 *                                        |
 *                                    LoadReport
 * </pre>
 *
 * <p>Every event carries an {@link dev.boardcast.lab.load.EventMarker}: its run, its number, and
 * when it was due to be sent. Latencies count from that moment, so a delay in the writer is
 * included. A client reconnects as the protocol says, with its offsets.
 */
package dev.boardcast.lab.load;
