"""Runs one client: websockets or aiohttp."""

import asyncio
import json

import steps


class Websockets:
    """The package websockets. It offers parameters that the answer must repeat."""

    @staticmethod
    async def connect(path):
        from websockets.asyncio.client import connect
        from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory

        offers = [ClientPerMessageDeflateFactory(server_max_window_bits=15, client_max_window_bits=12)]
        own = Websockets()
        own.socket = await connect(
            steps.WS + path,
            subprotocols=steps.PROTOCOLS,
            compression=None,
            extensions=offers if steps.DEFLATE else None,
        )
        steps.expect(own.socket.subprotocol, "boardcast.v1")
        own.extension = str(own.socket.protocol.extensions)
        if own.socket.protocol.extensions:
            own.extension = "permessage-deflate " + own.extension
        return own

    async def receive(self):
        from websockets.exceptions import ConnectionClosed

        try:
            return json.loads(await asyncio.wait_for(self.socket.recv(), 20))
        except ConnectionClosed as closed:
            return closed.rcvd.code

    async def send(self, text):
        await self.socket.send(text)

    async def leave(self):
        await self.socket.close()


class Aiohttp:
    """The package aiohttp."""

    @staticmethod
    async def connect(path):
        import aiohttp

        own = Aiohttp()
        own.http = aiohttp.ClientSession()
        own.socket = await own.http.ws_connect(
            steps.WS + path, protocols=steps.PROTOCOLS, compress=15 if steps.DEFLATE else 0
        )
        steps.expect(own.socket.protocol, "boardcast.v1")
        own.extension = f"permessage-deflate {own.socket.compress}" if own.socket.compress else ""
        return own

    async def receive(self):
        import aiohttp

        message = await asyncio.wait_for(self.socket.receive(), 20)
        if message.type == aiohttp.WSMsgType.TEXT:
            return json.loads(message.data)
        code = self.socket.close_code
        await self.leave()
        return code

    async def send(self, text):
        await self.socket.send_str(text)

    async def leave(self):
        await self.socket.close()
        await self.http.close()


asyncio.run(steps.run({"websockets": Websockets, "aiohttp": Aiohttp}[steps.CLIENT].connect))
