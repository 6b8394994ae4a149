"""A full Fiji in this process, through pyimagej: images go there and come back, files open, commands and macros run."""

from volltrack_fiji.gateway.fiji_gateway import FijiGateway, open_gateway

__all__ = ["FijiGateway", "open_gateway"]
