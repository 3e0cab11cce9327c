"""Tools of others: the tools of an MCP server as typed steps, as actions, and as what an agent may ask for."""

from segue.tools.result import ToolCaller, ToolResult
from segue.tools.server import McpServer

__all__ = ["McpServer", "ToolCaller", "ToolResult"]
