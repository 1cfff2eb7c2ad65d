"""The pages of the console, a module each, and the table of them from which menu and routes are made."""

from fastapi import APIRouter

from adapters.web.console import assets, preferences
from adapters.web.console.pages import gate

ROUTERS: tuple[APIRouter, ...] = (assets.router, preferences.router, gate.router)
"""All routes of the console."""
